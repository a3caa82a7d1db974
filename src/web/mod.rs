//! Pages for people: front page, sources, articles. Data in, HTML out.
