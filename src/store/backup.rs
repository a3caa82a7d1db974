//! Copies of the database while it is in use.

use super::error::StoreError;
use super::look::Look;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes a consistent copy of the store in `data_dir` to `target`, which is
/// replaced if it exists. Readers and the writer go on meanwhile. The copy is complete
/// on the disk, and for its owner only, before it gets its name. Answers its size in bytes.
///
/// # Errors
/// There is no store, it can't be read, or the copy can't be written; `target` is as
/// it was then.
pub fn backup(data_dir: &Path, target: &Path) -> Result<u64, StoreError> {
    let part = beside(target);
    let done = copy(data_dir, &part).and_then(|()| {
        let wrap = |error| StoreError::io(&part, "write the copy to the disk", error);
        let file = File::open(&part).map_err(wrap)?;
        file.sync_all().map_err(wrap)?;
        let size = file.metadata().map_err(wrap)?.len();
        std::fs::rename(&part, target)
            .map_err(|error| StoreError::io(target, "put the copy in place", error))?;
        Ok(size)
    });
    if done.is_err() {
        // The reason is the one above; what can't be removed is removed by the next copy.
        let _ = std::fs::remove_file(&part);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Its name is on the disk as well; not every file system can be told so.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    done
}

/// A daemon that starts meanwhile is no fault: then it is done again, beside it.
fn copy(data_dir: &Path, part: &Path) -> Result<(), StoreError> {
    loop {
        let Some(look) = Look::at(data_dir)? else {
            let missing = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no database yet");
            return Err(StoreError::io(data_dir, "make a copy", missing));
        };
        // What an interrupted copy left.
        match std::fs::remove_file(part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io(part, "remove the unfinished copy", error));
            }
            _ => {}
        }
        // SQLite writes into an empty file, which has its rights already.
        private(part).map_err(|error| StoreError::io(part, "write the copy", error))?;
        let copied = into(&look, part);
        if !look.was_disturbed() {
            return copied;
        }
    }
}

fn beside(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    name.into()
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
        let odd = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the name is not UTF-8");
        StoreError::io(part, "write the copy", odd)
    })?;
    look.copy_into(name).map_err(|error| StoreError::sqlite(part, "write the copy of", error))
}
