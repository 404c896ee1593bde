//! Sources: the contents of a registry.

use std::sync::Arc;

use crate::declare::fixture::Fixture;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::seal::plan::Plan;
use crate::seal::seal;
use crate::store::Store;
use crate::store::spool::{Spool, SpoolFile};

/// Values that can be put into a [`Registry`](crate::Registry): a [`Fixture`] or a [`Layout`].
pub trait Source: sealed::SealedSource {
    /// Adds the contents to a registry.
    #[doc(hidden)]
    fn spooled(&self, file: &Arc<SpoolFile>) -> Result<Layout<Spool>>;
}

mod sealed {
    pub trait SealedSource {}
    impl SealedSource for super::Fixture {}
    impl<S> SealedSource for super::Layout<S> {}
}

impl Source for Fixture {
    fn spooled(&self, file: &Arc<SpoolFile>) -> Result<Layout<Spool>> {
        let plan = Plan::of(self.data())?;
        plan.check_no_files(|_| true, "a registry serves no files but blobs and manifests; remove it")?;
        let mut spool = Spool::new(file);
        let sealing = seal(&plan, &mut spool)?;
        if plan.fixture.fault_names().iter().any(|fault| fault == "oci_layout:") {
            let problem = "a registry has no oci-layout in which it could be wrong; remove `oci_layout`";
            return Err(Error::new(ErrorKind::Declaration, "oci-layout", problem));
        }
        Ok(Layout::of(spool.publish(&sealing), sealing.into_origin()))
    }
}

impl<S: Store> Source for Layout<S> {
    fn spooled(&self, file: &Arc<SpoolFile>) -> Result<Layout<Spool>> {
        Ok(Layout::of(Spool::copy(file, &self.store)?, self.origin.clone()))
    }
}
