//! Copies of the database while it is in use.

use super::error::StoreError;
use super::look::Look;
use super::open::own_files;
use std::fs::{File, Metadata};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// An unfinished copy that nobody has written to for so long was interrupted.
const LEFT: Duration = Duration::from_hours(24);

/// Tells copies that this process makes at the same time from each other.
static COPIES: AtomicU32 = AtomicU32::new(0);

/// Writes a consistent copy of the store in `data_dir` to `target`, which is
/// replaced if it exists. Readers and the writer go on meanwhile. The copy is complete
/// on the disk, and for its owner only, before it gets its name. Answers its size in bytes.
///
/// # Errors
/// There is no store, it can't be read, or the copy can't be written; `target` is one
/// of the store's own files, or no regular file. `target` is as it was then.
pub fn backup(data_dir: &Path, target: &Path) -> Result<u64, StoreError> {
    refuse(data_dir, target)?;
    sweep(target);
    let part = Part::beside(target)?;
    copy(data_dir, &part.0)?;
    let wrap = |error| StoreError::io(&part.0, "write the copy to the disk", error);
    let file = File::open(&part.0).map_err(wrap)?;
    file.sync_all().map_err(wrap)?;
    let size = file.metadata().map_err(wrap)?.len();
    // It may have become something else meanwhile.
    refuse(data_dir, target)?;
    std::fs::rename(&part.0, target)
        .map_err(|error| StoreError::io(target, "put the copy in place", error))?;
    // Its name is on the disk as well; not every file system can be told so.
    if let Ok(folder) = File::open(folder_of(target)) {
        let _ = folder.sync_all();
    }
    Ok(size)
}

/// A copy must never take the place of what it is a copy of, nor of a device.
fn refuse(data_dir: &Path, target: &Path) -> Result<(), StoreError> {
    let refused = |kind, why: &str| {
        Err(StoreError::io(target, "make a copy under this name", Error::new(kind, why.to_owned())))
    };
    let existing = std::fs::metadata(target).ok();
    if existing.as_ref().is_some_and(|file| !file.is_file()) {
        return refused(ErrorKind::InvalidInput, "it is no regular file");
    }
    let place = place_of(target);
    for own in own_files(data_dir) {
        let found = std::fs::metadata(&own).ok();
        let same = existing.as_ref().zip(found.as_ref()).is_some_and(|(one, other)| is_same(one, other));
        if same || (place.is_some() && place == place_of(&own)) {
            return refused(ErrorKind::InvalidInput, "it is a file of the store itself");
        }
    }
    Ok(())
}

/// Where a file is or would be, by its folder's real name.
fn place_of(file: &Path) -> Option<PathBuf> {
    Some(folder_of(file).canonicalize().ok()?.join(file.file_name()?))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// A file of this copy's own until it gets its name; gone if it never does.
struct Part(PathBuf);

impl Part {
    /// An empty file `TARGET.PID-NUMBER.part`.
    fn beside(target: &Path) -> Result<Self, StoreError> {
        loop {
            let number = COPIES.fetch_add(1, Ordering::Relaxed);
            let mut name = target.as_os_str().to_owned();
            name.push(format!(".{}-{number}.part", std::process::id()));
            match private(name.as_ref()) {
                Ok(_) => return Ok(Self(name.into())),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io(name.as_ref(), "write the copy", error)),
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It has its name already, or it can't be removed: a later copy does.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Removes what interrupted copies to this target have left. What can't be removed stays.
fn sweep(target: &Path) {
    let Some(name) = target.file_name().and_then(|name| name.to_str()) else { return };
    let Ok(files) = std::fs::read_dir(folder_of(target)) else { return };
    for file in files.flatten() {
        let is_left = file.file_name().to_str().is_some_and(|part| is_part(part, name))
            && file.metadata().is_ok_and(|file| {
                let age = file.modified().ok().and_then(|at| at.elapsed().ok());
                file.is_file() && age.is_some_and(|age| age > LEFT)
            });
        if is_left {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// Whether a name is one that [`Part::beside`] makes.
fn is_part(part: &str, target: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    part.strip_prefix(target)
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".part")?.split_once('-'))
        .is_some_and(|(process, number)| digits(process) && digits(number))
}

/// A daemon that starts meanwhile is no fault: then it is done again, beside it.
fn copy(data_dir: &Path, part: &Path) -> Result<(), StoreError> {
    loop {
        let Some(look) = Look::at(data_dir)? else {
            let missing = Error::new(ErrorKind::NotFound, "there is no database yet");
            return Err(StoreError::io(data_dir, "make a copy", missing));
        };
        // SQLite writes into an empty file, which has its rights already.
        let copied = into(&look, part);
        if !look.was_disturbed() {
            return copied;
        }
        let empty = File::options().write(true).truncate(true).open(part);
        empty.map_err(|error| StoreError::io(part, "begin the copy again", error))?;
    }
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn into(look: &Look, part: &Path) -> Result<(), StoreError> {
    let name = part.to_str().ok_or_else(|| {
        let odd = Error::new(ErrorKind::InvalidInput, "the name is not UTF-8");
        StoreError::io(part, "write the copy", odd)
    })?;
    look.copy_into(name).map_err(|error| StoreError::sqlite(part, "write the copy of", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_leavings() {
        for (part, is) in [
            ("copy.db.12-0.part", true),
            ("copy.db.part", false),
            ("copy.db.12-.part", false),
            ("copy.db.a-1.part", false),
            ("other.db.12-0.part", false),
            ("copy.db.12-0.parts", false),
        ] {
            assert_eq!(is_part(part, "copy.db"), is, "{part}");
        }
    }
}
