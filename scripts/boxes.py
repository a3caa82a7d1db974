"""What sites put between and below the paragraphs of an article, made up: `scripts/train_blocks.py` sets such
boxes into copies of the pages that it trains on, so that the classifier knows them in languages and makes
that few of those pages have. The words are our own; headlines come from the page itself. Deterministic."""
import hashlib
import random
import re

# related, newsletter, newsletter's text, share, comments, author's box, tags, rights, appeal, ad, most read
WORDS = {
    "en": ("Read also", "Sign up for our newsletter", "Get the day's top stories in your inbox every morning. You can unsubscribe at any time.", "Share this article", "You must be logged in to post a comment.", "{n} is a senior reporter who covers business and politics. Follow her on Twitter.", "Tags", "All rights reserved. This material may not be published or redistributed.", "If you value our reporting, please support independent journalism with a small contribution.", "Story continues below advertisement", "Most read"),
    "en2": ("Related", "Get our daily briefing", "Join thousands of readers who start their day with our free newsletter.", "Share on Facebook", "Comments are closed for this story.", "{n} has been writing about technology and science since 2009. Reach him at the address below.", "Topics", "Copyright 2021. All rights reserved.", "Thank you for reading. Download our app to never miss an important story.", "Advertisement", "Trending"),
    "en3": ("More on this story", "Never miss a story", "By signing up you agree to our terms of service and privacy policy.", "Share", "Have something to say about this article? Join the conversation in the comments below.", "About the author: {n} is a freelance writer based in the north.", "Filed under", "This article may contain affiliate links; we may earn a small commission.", "Do you have a tip for our reporters? Write to the newsroom.", "Article continues after this advertisement", "Recommended for you"),
    "de": ("Lesen Sie auch", "Jetzt Newsletter abonnieren", "Die wichtigsten Nachrichten des Tages jeden Morgen kostenlos in Ihrem Postfach.", "Artikel teilen", "Sie müssen angemeldet sein, um einen Kommentar zu schreiben.", "{n} ist Redakteurin im Ressort Wirtschaft und schreibt über Energie und Verkehr.", "Schlagwörter", "Alle Rechte vorbehalten. Vervielfältigung nur mit Genehmigung des Verlags.", "Unterstützen Sie unabhängigen Journalismus mit einem Abonnement.", "Anzeige", "Meistgelesen"),
    "de2": ("Mehr zum Thema", "Unser Newsletter", "Melden Sie sich an und verpassen Sie keine Ausgabe. Die Abmeldung ist jederzeit möglich.", "Teilen", "Die Kommentarfunktion für diesen Beitrag ist geschlossen.", "Über den Autor: {n}, Jahrgang 1979, arbeitet seit zehn Jahren als freier Journalist.", "Themen", "Mit Material der Nachrichtenagenturen.", "Fehler entdeckt? Schreiben Sie an unsere Redaktion.", "Der Artikel wird unterhalb der Werbung fortgesetzt", "Das könnte Sie auch interessieren"),
    "fr": ("À lire aussi", "Abonnez-vous à notre newsletter", "Chaque matin, recevez gratuitement l'essentiel de l'actualité dans votre boîte mail.", "Partager cet article", "Vous devez être connecté pour laisser un commentaire.", "{n} est journaliste au service économie et suit les questions d'énergie.", "Mots-clés", "Tous droits réservés. Toute reproduction interdite.", "Soutenez une presse indépendante : faites un don ou abonnez-vous.", "Publicité", "Les plus lus"),
    "es": ("Lea también", "Suscríbase a nuestro boletín", "Reciba cada mañana las noticias más importantes en su correo electrónico.", "Compartir este artículo", "Debe iniciar sesión para publicar un comentario.", "{n} es periodista y escribe sobre economía y política desde 2010.", "Etiquetas", "Todos los derechos reservados. Prohibida su reproducción.", "Apoye el periodismo independiente con una suscripción.", "Publicidad", "Lo más leído"),
    "it": ("Leggi anche", "Iscriviti alla newsletter", "Ogni mattina le notizie più importanti della giornata nella tua casella di posta.", "Condividi l'articolo", "Devi essere connesso per inviare un commento.", "{n} è giornalista e si occupa di economia e trasporti.", "Argomenti", "Tutti i diritti riservati. Riproduzione vietata.", "Sostieni il giornalismo indipendente con un abbonamento.", "Pubblicità", "I più letti"),
    "pt": ("Leia também", "Assine a nossa newsletter", "Receba todas as manhãs as notícias mais importantes no seu e-mail.", "Compartilhe esta notícia", "É preciso estar conectado para publicar um comentário.", "{n} é jornalista e escreve sobre economia e cidades.", "Palavras-chave", "Todos os direitos reservados. Proibida a reprodução.", "Apoie o jornalismo independente com uma assinatura.", "Publicidade", "Mais lidas"),
    "nl": ("Lees ook", "Meld je aan voor de nieuwsbrief", "Elke ochtend het belangrijkste nieuws gratis in je mailbox.", "Deel dit artikel", "Je moet ingelogd zijn om te kunnen reageren.", "{n} is redacteur economie en schrijft over energie en vervoer.", "Trefwoorden", "Alle rechten voorbehouden. Niets mag worden overgenomen.", "Steun onafhankelijke journalistiek met een abonnement.", "Advertentie", "Meest gelezen"),
    "pl": ("Czytaj też", "Zapisz się do newslettera", "Codziennie rano najważniejsze wiadomości w Twojej skrzynce.", "Udostępnij artykuł", "Musisz być zalogowany, aby dodać komentarz.", "{n} jest dziennikarką działu gospodarczego i pisze o energetyce.", "Tagi", "Wszelkie prawa zastrzeżone. Kopiowanie zabronione.", "Wesprzyj niezależne dziennikarstwo i wykup prenumeratę.", "Reklama", "Najczęściej czytane"),
    "ru": ("Читайте также", "Подпишитесь на рассылку", "Каждое утро главные новости дня на вашу почту.", "Поделиться статьёй", "Чтобы оставить комментарий, необходимо войти.", "{n} пишет об экономике и транспорте с 2010 года.", "Теги", "Все права защищены. Перепечатка запрещена.", "Поддержите независимую журналистику: оформите подписку.", "Реклама", "Самое читаемое"),
    "tr": ("Bunu da okuyun", "Bültenimize abone olun", "Her sabah günün en önemli haberleri e-posta kutunuzda.", "Haberi paylaş", "Yorum yapmak için giriş yapmalısınız.", "{n} ekonomi ve ulaşım üzerine yazan bir gazetecidir.", "Etiketler", "Tüm hakları saklıdır. İzinsiz kullanılamaz.", "Bağımsız gazeteciliği abonelikle destekleyin.", "Reklam", "En çok okunanlar"),
    "zh": ("相关阅读", "订阅我们的新闻邮件", "每天早上把当天最重要的新闻发送到您的邮箱。", "分享本文", "登录后才能发表评论。", "{n}是本报财经记者，长期关注能源和交通领域。", "标签", "版权所有，未经许可不得转载。", "请订阅本报，支持独立新闻。", "广告", "热门文章"),
    "ja": ("あわせて読みたい", "ニュースレターに登録", "毎朝、その日の重要なニュースをメールでお届けします。", "この記事をシェアする", "コメントするにはログインしてください。", "{n}は経済部の記者で、エネルギーと交通を担当している。", "キーワード", "無断転載を禁じます。", "会員登録をして、すべての記事をお読みください。", "広告", "アクセスランキング"),
    "ar": ("اقرأ أيضا", "اشترك في نشرتنا البريدية", "تصلك كل صباح أهم أخبار اليوم على بريدك الإلكتروني.", "شارك المقال", "يجب تسجيل الدخول لإضافة تعليق.", "{n} صحفية تكتب عن الاقتصاد والنقل منذ عشر سنوات.", "كلمات مفتاحية", "جميع الحقوق محفوظة ولا يجوز النقل.", "ادعم الصحافة المستقلة باشتراكك.", "إعلان", "الأكثر قراءة"),
    "he": ("קראו גם", "הירשמו לניוזלטר שלנו", "החדשות החשובות של היום בתיבת הדואר שלכם בכל בוקר.", "שתפו את הכתבה", "כדי להגיב יש להתחבר למערכת.", "{n} היא כתבת הכלכלה של העיתון ומסקרת אנרגיה ותחבורה.", "תגיות", "כל הזכויות שמורות. אין להעתיק ללא רשות.", "תמכו בעיתונות עצמאית והצטרפו כמנויים.", "פרסומת", "הנקראות ביותר"),
}
# What belongs to articles and is as short as a box: subheads, and sentences.
TEXTS = {
    "en": (["What happens next", "A long way to go", "Why it matters"], ["He did not answer.", "“We were all surprised,” she said.", "The council will decide in March.", "Read the small print, she told her clients, and then read it again.", "Nobody was hurt."]),
    "de": (["Wie es weitergeht", "Viele offene Fragen", "Woran liegt das?"], ["Eine Antwort blieb aus.", "„Wir waren alle überrascht“, sagte sie.", "Der Rat entscheidet im März.", "Verletzt wurde niemand.", "Lesen könne er zwar, sagte er, aber nicht lange."]),
    "fr": (["La suite des événements", "Et maintenant ?"], ["Il n'a pas répondu.", "« Nous étions tous surpris », a-t-elle dit.", "Le conseil décidera en mars."]),
    "es": (["Qué pasará ahora", "Un largo camino"], ["No respondió.", "«Nos sorprendió a todos», dijo.", "El consejo decidirá en marzo."]),
    "it": (["Che cosa succede ora", "Una lunga strada"], ["Non ha risposto.", "«Eravamo tutti sorpresi», ha detto.", "Il consiglio deciderà a marzo."]),
    "pt": (["O que acontece agora", "Um longo caminho"], ["Ele não respondeu.", "“Ficamos todos surpresos”, disse ela.", "O conselho decide em março."]),
    "nl": (["Hoe het verder gaat", "Een lange weg"], ["Hij gaf geen antwoord.", "\"We waren allemaal verrast\", zei ze.", "De raad beslist in maart."]),
    "pl": (["Co dalej", "Długa droga"], ["Nie odpowiedział.", "„Wszyscy byliśmy zaskoczeni” – powiedziała.", "Rada zdecyduje w marcu."]),
    "ru": (["Что будет дальше", "Долгий путь"], ["Он не ответил.", "«Мы все удивились», — сказала она.", "Совет примет решение в марте."]),
    "tr": (["Şimdi ne olacak", "Uzun bir yol"], ["Cevap vermedi.", "“Hepimiz şaşırdık” dedi.", "Meclis martta karar verecek."]),
    "zh": (["接下来会怎样", "漫长的路", "出路在哪里？"], ["他没有回答。", "“我们都很惊讶。”她说。", "议会将在三月作出决定。", "没有人受伤。"]),
    "ja": (["今後の見通し", "長い道のり", "なぜ今なのか？"], ["彼は答えなかった。", "「みんな驚きました」と彼女は話した。", "議会は三月に決める。", "けが人はいない。"]),
    "ar": (["ماذا بعد", "طريق طويل"], ["لم يجب عن السؤال.", "وقالت: «فوجئنا جميعا».", "وسيتخذ المجلس قراره في مارس المقبل."]),
    "he": (["מה יקרה עכשיו", "דרך ארוכה"], ["הוא לא ענה.", "\"כולנו הופתענו\", אמרה.", "המועצה תחליט במרץ."]),
}
NAMES = ["Ada Example", "Bo Muster", "Cléo Exemple", "Dario Esempio", "Eva Ejemplo", "F. Voorbeeld", "Инна Образцова", "山田 例子"]
CLASSES = {
    "related": ["related", "related-article", "inline-related", "read-more", "c-related", "article__related", "box", "teaser", "more-stories", "wp-block-embed", ""],
    "letter": ["newsletter", "newsletter-box", "signup", "c-newsletter__inline", "subscribe-widget", "promo", "box", "module", ""],
    "share": ["share", "social-share", "sharing-buttons", "article-tools", "addthis_toolbox", "c-social", "tools", ""],
    "author": ["author-box", "author-bio", "about-author", "post-author", "contributor", "vcard", "article__author", "bio", ""],
    "note": ["comments-closed", "notice", "article-footer", "post-meta", "disclaimer", "entry-footer", "message", ""],
    "person": ["person-popup", "tooltip", "infobox", "profile-card", "c-popover", "hovercard", "fact-box", ""],
    "card": ["card", "teaser", "recirculation", "c-card", "story-card", "article-teaser", "list-item", "post-item", ""],
}


def stable(text):
    return random.Random(int(hashlib.sha256(text.encode()).hexdigest()[:12], 16))


class Boxes:
    """Boxes for one page: `made` collects their texts and whether they belong to the article."""

    def __init__(self, rng, lang, headlines, quotes, summary):
        like = [key for key in WORDS if key[:2] == lang[:2]]
        self.rng = rng
        key = rng.choice(like if like and rng.random() < 0.6 else sorted(WORDS))
        self.words, self.texts = WORDS[key], TEXTS[key[:2]]
        self.headlines, self.quotes, self.summary = headlines, quotes, summary
        self.made = {}

    def say(self, text, belongs=0):
        self.made[re.sub(r"\s+", " ", text).strip()] = belongs
        return text

    def shell(self, kind, inner):
        name = self.rng.choice(CLASSES[kind])
        if self.rng.random() < 0.15:
            name = "css-" + "".join(self.rng.choice("0123456789abcdefghk") for _ in range(6))
        tag = self.rng.choice(["div", "div", "aside", "section"])
        return f'<{tag} class="{name}">{inner}</{tag}>' if name else f"<{tag}>{inner}</{tag}>"

    def related(self):
        label, title = self.words[0], self.rng.choice(self.headlines)
        way = self.rng.randrange(5)
        if way == 0:
            return f"<p><strong>{label}:</strong> <a href=/s>{title}</a></p>" * bool(self.say(f"{label}: {title}"))
        if way == 1:
            self.say(f"{label.upper()}: {title}")
            return f"<p><em>{label.upper()}: <a href=/s>{title}</a></em></p>"
        if way == 2:
            self.say(title)
            return f"<p><a href=/s><b>{title}</b></a></p>"
        if way == 3:
            return self.shell("related", f"<h4>{self.say(label)}</h4><a href=/s>{self.say(title)}</a>")
        more = self.rng.sample(self.headlines, min(3, len(self.headlines)))
        return self.shell("related", f"<h3>{self.say(label)}</h3><ul>" + "".join(f"<li><a href=/s>{self.say(t)}</a></li>" for t in more) + "</ul>")

    def letter(self):
        if self.rng.random() < 0.3:
            return f"<p><em>{self.say(self.words[1] + '. ' + self.words[2])}</em></p>"
        return self.shell("letter", f"<h3>{self.say(self.words[1])}</h3><p>{self.say(self.words[2])}</p>")

    def share(self):
        self.say(f"{self.words[3]} Facebook WhatsApp E-Mail")
        return self.shell("share", f"<span>{self.words[3]}</span> <a href=#f>Facebook</a> <a href=#w>WhatsApp</a> <a href=#e>E-Mail</a>")

    def author(self):
        name = self.rng.choice(NAMES)
        text = self.words[5].replace("{n}", name)
        if self.rng.random() < 0.4:
            return f"<p><i>{self.say(text)}</i></p>"
        return self.shell("author", f"<h4>{self.say(name)}</h4><p>{self.say(text)}</p>")

    def note(self):
        return self.shell("note", f"<p>{self.say(self.words[self.rng.choice([4, 7, 8])])}</p>")

    def ad(self):
        return f"<p>{self.say(self.words[self.rng.choice([8, 9, 9])])}</p>"

    def tags(self):
        some = self.rng.sample(self.headlines, min(3, len(self.headlines)))
        some = [" ".join(t.split()[:2]) for t in some]
        self.say(f"{self.words[6]}: " + ", ".join(some))
        return "<p>" + f"{self.words[6]}: " + ", ".join(f"<a href=/t>{t}</a>" for t in some) + "</p>"

    def person(self):
        name = self.rng.choice(NAMES)
        text = self.words[5].replace("{n}", name)
        return self.shell("person", f"<h5>{self.say(name)}</h5><div>{self.say(text)}</div>")

    def card(self):
        title = self.rng.choice(self.headlines)
        text = self.rng.choice(self.quotes)[:160] + " …"
        return self.shell("card", f"<h3><a href=/s>{self.say(title)}</a></h3><p>{self.say(text)}</p>")

    def post(self):
        text = self.rng.choice(self.quotes)
        handle = "@" + self.rng.choice(NAMES).split()[-1].lower()
        if self.rng.random() < 0.5:
            return f"<blockquote><p>{self.say(text, 1)}</p></blockquote>"
        self.say(f"— {handle} May 3, 2021", 1)
        return f'<blockquote class="twitter-tweet"><p>{self.say(text, 1)}</p>— {handle} <a href="https://twitter.com/x/status/1">May 3, 2021</a></blockquote>'

    def short(self):
        if self.rng.random() < 0.5:
            return f"<p>{self.say(self.rng.choice(self.texts[1]), 1)}</p>"
        tag = self.rng.choice(["h2", "h3", "h4"])
        return f"<{tag}>{self.say(self.rng.choice(self.texts[0]), 1)}</{tag}><p>{self.say(self.rng.choice(self.texts[1]), 1)}</p>"

    def plain(self):
        return f"<p>{self.say(self.rng.choice(self.quotes), 1)}</p>"


INSIDE = ["related", "related", "related", "letter", "share", "ad", "person", "card", "post", "post", "plain", "short", "short", "short"]
BELOW = ["share", "author", "author", "note", "note", "tags", "card", "letter", "related"]
PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>((?:(?!</?p[\s>]).)*)</p>", re.S | re.I)


def bare(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", markup)).strip()


def set_into(key, html, is_text, strangers):
    """A copy of a page with boxes in its article, and their texts; `None` if it has no paragraphs to set them
    between. `is_text` knows the article's text, `strangers` are paragraphs of other pages."""
    rng = stable(key)
    places = [m for m in PARAGRAPH.finditer(html) if len(bare(m[1])) > 100 and "&" not in bare(m[1]) and is_text(bare(m[1]))]
    if len(places) < 3 or not strangers:
        return None
    headlines = [bare(t) for t in re.findall(r"<a\s[^>]*>((?:(?!</a>).){25,200})</a>", html, re.S | re.I)]
    headlines = [t for t in headlines if 25 < len(t) < 110 and "&" not in t and "<" not in t][:60]
    headlines = headlines or [q[:60] for q in strangers[:8]]
    lang = re.search(r"<html[^>]*\slang=[\"']?([a-zA-Z]{2})", html)
    boxes = Boxes(rng, lang[1].lower() if lang else "xx", headlines, strangers, None)
    inner = sorted(rng.sample(range(len(places) - 1), min(len(places) - 1, rng.randrange(2, 6))))
    inserts = [(places[i].end(), getattr(boxes, rng.choice(INSIDE))()) for i in inner]
    inserts += [(places[-1].end(), "".join(getattr(boxes, kind)() for kind in rng.sample(BELOW, rng.randrange(1, 4))))]
    out, at = [], 0
    for place, box in inserts:
        out += [html[at:place], box]
        at = place
    return "".join(out + [html[at:]]), boxes.made
