//! `[outputs.*]`: reading them, and what they name that isn't there.

use super::hint;
use super::keys::{self, Kind};
use super::load::sub_table;
use super::read::{At, Reader, Value, Values};
use super::report::Notes;
use crate::model::SourceId;
use std::collections::HashMap;
use toml::de::{DeTable, DeValue};

/// One of them, as it is written.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) values: Values,
}

/// The tables of the main file, in the order of their names.
pub(super) fn read(reader: &mut Reader<'_>, tree: &DeTable<'_>) -> Vec<Named> {
    let mut all = Vec::new();
    let mut tables: Vec<_> = sub_table(reader, tree, "outputs").into_iter().flatten().collect();
    tables.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in tables {
        let (name, offset) = (key.get_ref().as_ref(), key.span().start);
        let at = At("outputs", name);
        let DeValue::Table(own) = value.get_ref() else {
            let found = hint::wrong_type(Kind::Table, value.get_ref());
            reader.notes.add(offset, at, || format!("{found}; write [outputs.NAME] with its keys"));
            continue;
        };
        // The name is a part of addresses, like that of a source.
        if SourceId::new(name).is_none() {
            reader.notes.add(offset, at, || {
                "the name of an output consists of a-z, 0-9, \".\", \"_\" and \"-\", begins with a letter or \
                 digit and has at most 100 characters; its title can be anything"
                    .into()
            });
        }
        let values = reader.table(&at.to_string(), keys::OUTPUTS, own);
        all.push(Named { name: name.to_owned(), values });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Notes sources that are named and don't exist.
pub(super) fn check<T>(all: &[Named], known: &HashMap<SourceId, T>, notes: &mut Notes) {
    for Named { name, values } in all {
        let Some(Value::Texts(sources)) = values.get("sources") else { continue };
        for (place, source) in sources {
            if SourceId::new(source).is_some_and(|id| known.contains_key(&id)) {
                continue;
            }
            let near = hint::nearest(source, known.keys().map(SourceId::as_str));
            notes.add(*place, At(&At("outputs", name).to_string(), "sources"), || match near {
                Some(near) => format!("there is no such source; did you mean \"{near}\"?"),
                None => "there is no such source; write the NAME of [sources.NAME]".into(),
            });
        }
    }
}
