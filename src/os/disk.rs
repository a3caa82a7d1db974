//! The disk below a folder.

use rustix::fs::{Access, access, statvfs};
use std::path::Path;

/// Bytes that this user may still write to the file system of `path`.
///
/// # Errors
/// The path can't be looked at.
pub fn free_space(path: &Path) -> std::io::Result<u64> {
    let disk = statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Whether this user may make files in a folder.
pub fn is_writable(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_ours() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(free_space(dir.path()).is_ok_and(|bytes| bytes > 0) && is_writable(dir.path()));
        let missing = dir.path().join("missing");
        assert!(free_space(&missing).is_err() && !is_writable(&missing));
    }
}
