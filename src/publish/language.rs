//! Language tags (BCP 47) that may stand in a feed.

use std::borrow::Cow;

/// The codes of two letters (ISO 639-1), a blank after each.
const SHORT: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz \
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln \
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi \
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti \
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";
/// Codes of three letters (ISO 639-2 and a few of 639-3) whose language, or the one it is
/// counted to, has one of two letters, which is then the one to use (RFC 5646 §2.2.1).
const LONG: &str = "\
    aaraa abkab afraf akaak albsq amham araar argan armhy arzar asmas avaav aveae aymay azeaz bakba \
    bambm baqeu belbe benbn bihbh bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece chizh \
    chucu chvcv ckbku cmnzh corkw cosco crecr cymcy czecs danda deude divdv dutnl dzodz ellel engen \
    epoeo estet euseu eweee faofo fasfa fijfj finfi frafr frefr fryfy fulff geoka gerde glagd glega \
    glggl glvgv greel grngn gujgu hatht hauha hebhe herhz hinhi hmoho hrvhr hunhu hyehy iboig iceis \
    idoio iiiii ikuiu ileie inaia indid ipkik islis itait javjv jpnja kalkl kankn kasks katka kaukr \
    kazkk khmkm kikki kinrw kirky kmrku komkv konkg korko kuakj kurku laolo latla lavlv limli linln \
    litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk mlgmg mltmt molro monmn mrimi \
    msams myamy nauna navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno nyany ocioc ojioj orior \
    ormom ossos panpa perfa plipi polpl porpt prsfa pusps quequ rohrm ronro rumro runrn rusru sagsg \
    sansa sinsi slksk slosk slvsl smese smosm snasn sndsd somso sotst spaes sqisq srdsc srpsr sswss \
    sunsu swasw swesv tahty tamta tattt telte tgktg tgltl thath tibbo tirti tonto tsntn tsots tuktk \
    turtr twitw uigug ukruk urdur uzbuz venve vievi volvo welcy wlnwa wolwo xhoxh yidyi yoryo yuezh \
    zhaza zhozh zulzu ";
/// The codes of three letters (ISO 639-2) that have no shorter form.
const ONLY_LONG: &str = "\
    ace ach ada ady afa afh ain akk ale alg alt ang anp apa arc arn arp art arw ast ath aus awa bad \
    bai bal ban bas bat bej bem ber bho bik bin bla bnt bra btk bua bug byn cad cai car cau ceb cel \
    chb chg chk chm chn cho chp chr chy cmc cop cpe cpf cpp crh crp csb cus dak dar day del den dgr \
    din doi dra dsb dua dum dyu efi egy eka elx enm ewo fan fat fil fiu fon frm fro frr frs fur gaa \
    gay gba gem gez gil gmh goh gon gor got grb grc gsw gwi hai haw hil him hit hmn hsb hup iba ijo \
    ilo inc ine inh ira iro jbo jpr jrb kaa kab kac kam kar kaw kbd kha khi kho kmb kok kos kpe krc \
    krl kro kru kum kut lad lah lam lez lol loz lua lui lun luo lus mad mag mai mak man map mas mdf \
    mdr men mga mic min mis mkh mnc mni mno moh mos mul mun mus mwl mwr myn myv nah nai nap nds new \
    nia nic niu nog non nso nub nwc nym nyn nyo nzi osa ota oto paa pag pal pam pap pau peo phi phn \
    pon pra pro raj rap rar roa rom rup sad sah sai sal sam sas sat scn sco sel sem sga sgn shn sid \
    sio sit sla sma smi smj smn sms snk sog son srn srr ssa suk sus sux syr tai tem ter tet tig tiv \
    tkl tlh tli tmh tog tpi tsi tum tup tut tvl tyv udm uga umb und vai vot wak wal war was wen xal \
    yao yap ypk zap zen znd zun ";

/// `tag` as a language tag; `None` if its language is none that is registered, for
/// checkers of feeds call that an error.
///
/// What pages and feeds write instead of tags (`en_GB`, `eng`, `iw`) is put right.
pub(super) fn language(tag: Option<&str>) -> Option<Cow<'_, str>> {
    let tag = tag?.trim();
    let part = |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
    if tag.len() > 35 || !tag.split(['-', '_']).all(part) {
        return None;
    }
    let (given, rest) = tag.split_at(tag.find(['-', '_']).unwrap_or(tag.len()));
    let code = registered(&given.to_ascii_lowercase())?;
    if code == given && !rest.contains('_') {
        return Some(Cow::Borrowed(tag));
    }
    Some(Cow::Owned(format!("{code}{}", rest.replace('_', "-"))))
}

/// The code to use for a language.
fn registered(code: &str) -> Option<&'static str> {
    let code = match code {
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        "jw" => "jv",
        "mo" => "ro",
        code => code,
    };
    match code.len() {
        2 => find(SHORT, 3, code),
        3 => find(LONG, 6, code).and_then(|both| both.get(3..)).or_else(|| find(ONLY_LONG, 4, code)),
        _ => None,
    }
}

/// The entry of a sorted list that begins with `code`; each takes `width` bytes with the
/// blank after it.
fn find(list: &'static str, width: usize, code: &str) -> Option<&'static str> {
    let entry = |number: usize| list.get(number * width..(number + 1) * width - 1);
    let (mut low, mut high) = (0, list.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        let found = entry(middle)?;
        match found.get(..code.len())?.cmp(code) {
            std::cmp::Ordering::Equal => return Some(found),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for (given, tag) in [
            ("de", "de"),
            (" zh-Hant-TW ", "zh-Hant-TW"),
            ("en_GB", "en-GB"),
            ("EN-us", "en-us"),
            ("eng", "en"),
            ("ger-AT", "de-AT"),
            ("ckb", "ku"),
            ("iw", "he"),
            ("haw", "haw"),
            ("aa", "aa"),
            ("zu", "zu"),
            ("zun", "zun"),
            ("mul", "mul"),
        ] {
            assert_eq!(language(Some(given)).as_deref(), Some(tag), "{given}");
        }
        for bad in ["", "-", "e n", "12", "xx", "qqq", "english", "abcdefghi", "x-klingon", "de-", "de--AT"] {
            assert_eq!(language(Some(bad)), None, "{bad}");
        }
    }

    #[test]
    fn lists_are_sorted() {
        for (list, width) in [(SHORT, 3), (LONG, 6), (ONLY_LONG, 4)] {
            let entries: Vec<&str> = list.split_terminator(' ').collect();
            assert!(entries.iter().all(|entry| entry.len() + 1 == width), "{width}");
            assert!(entries.is_sorted());
            assert!(entries.iter().all(|entry| registered(&entry[..entry.len().min(3)]).is_some()));
        }
    }
}
