//! The faults on the wire of the nodes, by the digests to which they belong.

use std::collections::HashMap;

use oci_fixture_grammar::Digest;

use crate::declare::http::WireFault;
use crate::error::{Problem, Result};
use crate::seal::origin::WireFaults;
use crate::seal::sealing::{Falsified, Sealing};

impl Sealing<'_> {
    /// The faults on the wire of all nodes. A digest has one list of them, as it has one list of faults after sealing.
    pub(crate) fn wire_faults(&self) -> Result<WireFaults> {
        let mut faults: WireFaults = HashMap::new();
        let mut first: HashMap<Digest, usize> = HashMap::new();
        for (number, step) in
            self.plan.steps.iter().enumerate().filter(|(_, step)| !step.node.http.is_empty())
        {
            let at = |problem: Problem| problem.into_error(self.plan.place(number));
            let Some(node) = self.sealed.get(number) else { continue };
            // A dangling node has no blob. If its digest is no digest, no client can ask for it.
            let sealed = node.blob.clone().or_else(|| Some((Digest::parse(&node.digest).ok()?, 0)));
            let Some((digest, size)) = sealed else {
                return Err(at(Problem::new("nobody can ask for what has no digest; remove its `http`")));
            };
            let size = match self.falsified.get(&digest) {
                Some(Falsified::Faulty(_, size)) => *size,
                Some(Falsified::Missing) => 0,
                None => size,
            };
            let context = self.plan.context(Some(number), &self.sealed);
            let stack: Vec<WireFault> = step.node.http.iter().map(|http| http.wire(&context)).collect();
            stack.iter().try_for_each(|fault| fault.check(&digest, size, &node.media_type)).map_err(at)?;
            if let Some(other) = first.get(&digest).filter(|_| faults.get(&digest) != Some(&stack)) {
                let problem = format!(
                    "{} has the same digest, and other `http`, but a digest is answered in one way; give both the same",
                    self.plan.place(*other)
                );
                return Err(at(Problem::new(problem)));
            }
            first.entry(digest.clone()).or_insert(number);
            faults.entry(digest).or_insert(stack);
        }
        Ok(faults)
    }
}
