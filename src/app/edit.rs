//! New sources in the operator's file: checked before they replace it, and put in place
//! at once, so that nobody ever reads half a file.

use crate::config::{Config, NewSource, Report, with_sources};
use anyhow::{Context, bail};
use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// What a file begins with that did not exist.
const NEW_FILE: &str = "# Offprint: which feeds to follow, and how. Every key is explained in docs/configuration.md.\n\
    # Please set a web or mail address for the people whose servers are polled:\n\
    # [fetch]\n# contact = \"mailto:you@example.org\"\n";

/// Adds sources at the end of the file that holds most of them, or makes `file`. Answers
/// the file that was written.
///
/// # Errors
/// It can't be read or written, was changed meanwhile, or would not be right afterwards:
/// nothing has been changed then.
pub fn add_sources(config: Option<&Config>, file: &Path, sources: &[NewSource]) -> anyhow::Result<PathBuf> {
    let Some(config) = config else { return create(file, sources) };
    let target = home_of_sources(config);
    // Behind a link it is the file itself that changes.
    let real = target.canonicalize().with_context(|| format!("cannot find {}", target.display()))?;
    let before = std::fs::read(&real).with_context(|| format!("cannot read {}", real.display()))?;
    let Ok(text) = std::str::from_utf8(&before) else { bail!("{}: not UTF-8", target.display()) };
    let after = with_sources(text, sources);
    check(&config.file, &target, &after)?;
    replace(&real, &before, after.as_bytes())?;
    Ok(target)
}

/// The file that holds most sources: the main one, or one that it includes.
fn home_of_sources(config: &Config) -> PathBuf {
    let count = |file: &Path| config.sources.iter().filter(|source| &*source.place.file == file).count();
    let own = count(&config.file);
    let others = config.sources.iter().map(|source| &*source.place.file);
    let fullest = others.max_by_key(|file| (count(file), *file));
    match fullest {
        Some(other) if own == 0 => other.to_owned(),
        _ => config.file.clone(),
    }
}

fn create(file: &Path, sources: &[NewSource]) -> anyhow::Result<PathBuf> {
    let text = with_sources(NEW_FILE, sources);
    check(file, file, &text)?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let new = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
    let mut new = new.with_context(|| format!("cannot create {}", file.display()))?;
    new.write_all(text.as_bytes())
        .and_then(|()| new.sync_all())
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file.to_owned())
}

/// Reads the whole configuration as if `changed` had this text.
fn check(main: &Path, changed: &Path, text: &str) -> anyhow::Result<()> {
    crate::app::load_changed(main, changed, text).map(|_| ()).map_err(|report: Report| {
        let mistakes: Vec<String> = report.mistakes().iter().take(5).map(ToString::to_string).collect();
        anyhow::anyhow!(
            "the file would not be right any more, so it was left as it is:\n{}",
            mistakes.join("\n")
        )
    })
}

/// Puts another content in the place of a file's, with its mode and owner.
fn replace(path: &Path, before: &[u8], after: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    let old = File::open(path).with_context(|| format!("cannot read {shown}"))?;
    // Two of us at once: the second one finds another content below.
    old.lock().with_context(|| format!("cannot lock {shown}"))?;
    if std::fs::read(path).with_context(|| format!("cannot read {shown}"))? != before {
        bail!("{shown} was changed meanwhile, so it was left as it is; try again");
    }
    let meta = old.metadata().with_context(|| format!("cannot read {shown}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let write = || -> std::io::Result<()> {
        // Nobody but us may read it before it has the mode it should have.
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600);
        let mut file = options.open(&part)?;
        file.write_all(after)?;
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (meta.uid(), meta.gid()) {
            chown(&part, Some(meta.uid()), Some(meta.gid()))?;
        }
        file.set_permissions(Permissions::from_mode(meta.mode() & 0o7777))?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().map_err(|error| {
        // What is left over is of no use; if it was never made, there is nothing to remove.
        let _ = std::fs::remove_file(&part);
        anyhow::Error::new(error).context(format!("cannot replace {shown}; it was left as it is"))
    })
}
