//! Faults on the wire: which of them applies to a request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use oci_fixture_grammar::Digest;

use super::endpoint::{EndpointScope, RequestTarget};
use crate::declare::http::{Redirect, WireFault};
use crate::seal::origin::WireFaults;

/// The faults of a registry: those of nodes, and those of endpoints.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Stacks>);

#[derive(Debug, Default)]
struct Stacks {
    nodes: HashMap<Digest, Vec<ArmedFault>>,
    endpoints: Vec<(EndpointScope, ArmedFault)>,
}

/// A fault, and the number of requests that it has matched.
#[derive(Debug)]
struct ArmedFault {
    fault: Arc<WireFault>,
    met: AtomicU64,
}

impl Faults {
    /// Adds the faults of a fixture's nodes.
    pub(crate) fn add_nodes(&self, faults: &WireFaults) {
        self.with(|stacks| {
            for (digest, faults) in faults {
                stacks.nodes.entry(digest.clone()).or_default().extend(faults.iter().map(ArmedFault::new));
            }
        });
    }

    /// Adds a fault of an endpoint.
    pub(crate) fn add(&self, scope: EndpointScope, fault: &WireFault) {
        self.with(|stacks| stacks.endpoints.push((scope, ArmedFault::new(fault))));
    }

    /// Removes all faults.
    pub(crate) fn clear(&self) {
        self.with(|stacks| *stacks = Stacks::default());
    }

    /// The one fault that applies to a request: the first of the node that is asked for, or else the first of the
    /// endpoint. A client that was sent to the other origin is not sent there again.
    pub(crate) fn choose(
        &self,
        method: &str,
        target: &RequestTarget,
        node: Option<&Digest>,
        at_other_origin: bool,
    ) -> Option<Arc<WireFault>> {
        let meets = |armed: &&ArmedFault| armed.meets(method, at_other_origin);
        self.with(|stacks| {
            let node = node.and_then(|digest| stacks.nodes.get(digest));
            let of_node = node.into_iter().flatten().find(meets);
            let endpoints = stacks.endpoints.iter().filter(|(scope, _)| scope.contains(target));
            let armed = of_node.or_else(|| endpoints.map(|(_, armed)| armed).find(meets))?;
            Some(Arc::clone(&armed.fault))
        })
    }

    fn with<T>(&self, run: impl FnOnce(&mut Stacks) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ArmedFault {
    fn new(fault: &WireFault) -> Self {
        Self { fault: Arc::new(fault.clone()), met: AtomicU64::new(0) }
    }

    /// Whether the fault applies to a request, which is counted.
    fn meets(&self, method: &str, at_other_origin: bool) -> bool {
        let WireFault { method: wanted, after, times, redirect, .. } = &*self.fault;
        let is_for = wanted.as_ref().is_none_or(|wanted| wanted == method);
        // A `HEAD`, whose answer has no body, does not use up a fault of the body.
        let is_seen = method != "HEAD" || self.fault.changes_head();
        if !is_for || !is_seen || (at_other_origin && matches!(redirect, Some(Redirect::OtherOrigin))) {
            return false;
        }
        let before = self.met.fetch_add(1, Ordering::Relaxed);
        before >= *after && times.is_none_or(|times| before - after < times)
    }
}
