//! The files of a layout besides index.json, oci-layout and the blobs.

use super::spool::ContentSpool;
use crate::declare::extra_file::ExtraFile;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{FurtherFile, Store};

/// The further files of a layout, as they are declared. A file that cannot be declared is an error, so that none is lost.
pub(super) fn further(store: &impl Store, spool: &ContentSpool) -> Result<Vec<ExtraFile>> {
    let mut files = Vec::new();
    store.each_further(&mut |path, file| {
        let failed = |what: &str| {
            let what = format!("the file {:?} {what}", String::from_utf8_lossy(path));
            Error::new(ErrorKind::Declaration, "", what)
        };
        let name = |bytes: &[u8]| {
            let name = String::from_utf8(bytes.to_vec());
            name.map_err(|_| failed("has a path or a target that is no UTF-8, which no declaration has"))
        };
        let declared = match file {
            FurtherFile::File(reader) => {
                let content = spool.content(reader).map_err(Error::recipe)?;
                ExtraFile::new(name(path)?, content)
            }
            FurtherFile::Symlink(target) => ExtraFile::symlink(name(path)?, name(&target)?),
            FurtherFile::Other => {
                return Err(failed("is neither a file nor a symbolic link, so that no declaration has it"));
            }
        };
        let is_honest = declared.check().is_ok();
        let declared = if is_honest { declared } else { declared.unchecked() };
        declared.check().map_err(|problem| problem.into_error(String::new()))?;
        files.push(declared);
        Ok(())
    })?;
    Ok(files)
}
