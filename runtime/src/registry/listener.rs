//! Listeners: the threads that answer connections, and how they end.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::answer::reason;
use super::connection;
use super::input::IDLE;
use super::service::Service;
#[cfg(feature = "tls")]
use super::tls::Certificate;
use super::transport::Transport;

/// The largest number of connections that are answered at a time, each by a thread. A further one is answered `503`.
const CONNECTIONS: usize = 2_048;
/// If more connections than this are open, silent ones are closed sooner.
const CROWD: usize = 512;
/// The stack of such a thread. No request needs a deep one.
const STACK: usize = 256 * 1024;

/// A thread that accepts connections is woken within this time.
const WAKING: Duration = Duration::from_millis(500);

/// One origin that accepts connections until it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    service: Arc<Service>,
    is_other_origin: bool,
    connections: Mutex<Connections>,
    #[cfg(feature = "tls")]
    certificate: Option<Arc<Certificate>>,
}

/// The connections that are open.
#[derive(Debug, Default)]
struct Connections {
    open: HashMap<u64, TcpStream>,
    threads: HashMap<u64, JoinHandle<()>>,
    /// The numbers of connections whose threads have ended.
    ended: Vec<u64>,
    next: u64,
}

impl Listener {
    /// Starts a thread that accepts connections.
    pub(crate) fn start(
        socket: TcpListener,
        service: &Arc<Service>,
        is_other_origin: bool,
        #[cfg(feature = "tls")] certificate: Option<Arc<Certificate>>,
    ) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let shared = Arc::new(Shared {
            service: Arc::clone(service),
            is_other_origin,
            connections: Mutex::default(),
            #[cfg(feature = "tls")]
            certificate,
        });
        let accepting = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("oci-fixture registry".to_owned())
            .stack_size(STACK)
            .spawn(move || accepting.accept(&socket))?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// Ends all connections, and waits for their threads. The [`Stop`](super::stop::Stop) is set before.
    pub(crate) fn end(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // Accepting is woken by a connection.
        let mut address = self.address;
        if address.ip().is_unspecified() {
            let loopback =
                if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
            address.set_ip(loopback);
        }
        for stream in self.shared.lock().open.values() {
            // A client may have ended the connection already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Connecting fails if too many files are open. The connections of clients are just being closed, so it is tried again.
        let end = Instant::now() + WAKING;
        while !thread.is_finished() && TcpStream::connect_timeout(&address, WAKING).is_err() {
            if Instant::now() > end {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let _ = thread.join();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn accept(self: &Arc<Self>, socket: &TcpListener) {
        loop {
            let accepted = socket.accept();
            if self.service.stop.is_stopped() {
                break;
            }
            match accepted {
                Ok((stream, _)) => self.open(stream),
                // Too many files are open. Some will be closed soon.
                Err(_) => {
                    self.service.stop.wait(Duration::from_millis(10));
                }
            }
        }
        // The threads that were started since the end began.
        let threads = {
            let mut connections = self.lock();
            for stream in connections.open.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
            std::mem::take(&mut connections.threads)
        };
        for thread in threads.into_values() {
            // A thread that has panicked has ended, too.
            let _ = thread.join();
        }
    }

    /// Answers a connection by a thread. If no thread can be started, the connection is closed.
    fn open(self: &Arc<Self>, stream: TcpStream) {
        let mut connections = self.lock();
        for ended in std::mem::take(&mut connections.ended) {
            if let Some(thread) = connections.threads.remove(&ended) {
                let _ = thread.join();
            }
        }
        let number = connections.next;
        connections.next += 1;
        let open = connections.open.len();
        if open >= CONNECTIONS {
            drop(connections);
            return refuse(&stream);
        }
        let Ok(other) = stream.try_clone() else { return };
        connections.open.insert(number, other);
        let shared = Arc::clone(self);
        let thread = thread::Builder::new()
            .name("oci-fixture client".to_owned())
            .stack_size(STACK)
            .spawn(move || shared.serve(number, stream, open >= CROWD));
        match thread {
            Ok(thread) => {
                connections.threads.insert(number, thread);
            }
            Err(_) => {
                connections.open.remove(&number);
            }
        }
    }

    fn serve(&self, number: u64, stream: TcpStream, is_crowded: bool) {
        // With this option the answer is sent without delay. If setting it fails, the answer is only late.
        let _ = stream.set_nodelay(true);
        // A client that does not read its answers is disconnected like a silent one.
        let _ = stream.set_write_timeout(Some(IDLE));
        let transport = self.transport(stream);
        let ended = transport
            .map(|transport| connection::serve(&self.service, transport, self.is_other_origin, is_crowded));
        let mut connections = self.lock();
        // The connection is reset, if a fault needs it, when its last handle is dropped.
        connections.open.remove(&number);
        drop(ended);
        connections.ended.push(number);
    }

    #[cfg(feature = "tls")]
    fn transport(&self, stream: TcpStream) -> Option<Transport> {
        match &self.certificate {
            None => Some(Transport::plain(stream)),
            Some(certificate) => certificate.accept(stream),
        }
    }

    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "a handshake may fail")]
    fn transport(&self, stream: TcpStream) -> Option<Transport> {
        Some(Transport::plain(stream))
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a client that there are too many connections.
fn refuse(mut stream: &TcpStream) {
    let status = 503;
    let answer = format!(
        "HTTP/1.1 {status} {}\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        reason(status)
    );
    let _ = stream.set_write_timeout(Some(Duration::from_millis(100)));
    let _ = io::Write::write_all(&mut stream, answer.as_bytes());
}
