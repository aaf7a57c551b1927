//! Keeps PostgreSQL up: a thread that waits for its end and, unless that was wanted, starts it again.

use std::process::ExitStatus;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

use crate::binaries::Binaries;
use crate::guard::Guard;
use crate::home::Home;
use crate::launch::Postmaster;
use crate::{Config, Error, Status};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What every start of the same cluster needs.
pub(crate) struct Kept {
    pub(crate) home: Home,
    pub(crate) binaries: Binaries,
    pub(crate) config: Config,
}

/// Between the thread and those who stop it.
pub(crate) struct Reins {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    pid: Option<u32>,
    stopping: bool,
    ended: bool,
    guard: Guard,
}

impl Reins {
    pub(crate) fn new(guard: Guard) -> Arc<Self> {
        let state = State { pid: None, stopping: false, ended: false, guard };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_pid(&self, pid: Option<u32>) {
        let mut state = self.lock();
        state.pid = pid;
        state.guard.watch(pid);
        if state.stopping {
            signal_to(&state, Signal::INT); // asked for before there was anything to stop
        }
    }

    fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Sleeps, but not through a stop.
    fn pause(&self, pause: Duration) {
        let state = self.lock();
        let woken = self.changed.wait_timeout_while(state, pause, |state| !state.stopping);
        drop(woken);
    }

    /// Asks for the end; returns at once.
    pub(crate) fn ask_to_stop(&self, signal: Signal) {
        let mut state = self.lock();
        state.stopping = true;
        self.changed.notify_all();
        signal_to(&state, signal);
    }

    /// Whether the thread has seen PostgreSQL end within the patience.
    pub(crate) fn wait_for_end(&self, patience: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), patience, |state| !state.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    pub(crate) fn dismiss_guard(&self) {
        self.lock().guard.dismiss();
    }
}

fn signal_to(state: &State, signal: Signal) {
    if let Some(pid) = state.pid.and_then(|pid| Pid::from_raw(pid.cast_signed())) {
        let _ = kill_process(pid, signal);
    }
}

impl Kept {
    /// One start, known to the reins from the first moment so that it can be stopped.
    pub(crate) fn launch(&self, reins: &Reins) -> Result<Postmaster, Error> {
        let mut postmaster = Postmaster::spawn(&self.home, &self.binaries)?;
        reins.set_pid(Some(postmaster.child.id()));
        let ready = postmaster.wait_until_ready(&self.home, &self.config);
        if let Err(error) = ready {
            let _ = postmaster.child.kill();
            let _ = postmaster.child.wait();
            reins.set_pid(None);
            return Err(error);
        }
        Ok(postmaster)
    }

    /// Until a stop is asked for.
    pub(crate) fn keep(self, mut postmaster: Postmaster, reins: &Reins, status: &watch::Sender<Status>) {
        loop {
            let exit = postmaster.child.wait();
            reins.set_pid(None);
            if reins.is_stopping() {
                break;
            }
            let why = self.tell_end(&postmaster, exit);
            tracing::error!("PostgreSQL ended unexpectedly and is started again. {why}");
            status.send_replace(Status::Down { why });
            let Some(again) = self.launch_until_it_works(reins, status) else { break };
            tracing::info!("PostgreSQL is up again");
            status.send_replace(Status::Up { pid: again.child.id() });
            postmaster = again;
        }
        status.send_replace(Status::Stopped);
        reins.dismiss_guard();
        reins.lock().ended = true;
        reins.changed.notify_all();
    }

    fn launch_until_it_works(&self, reins: &Reins, status: &watch::Sender<Status>) -> Option<Postmaster> {
        let mut pause = FIRST_PAUSE;
        let begun = Instant::now();
        loop {
            if reins.is_stopping() {
                return None;
            }
            match self.launch(reins) {
                Ok(postmaster) => return Some(postmaster),
                Err(error) => {
                    tracing::error!("PostgreSQL is down for {} s: {error}", begun.elapsed().as_secs());
                    status.send_replace(Status::Down { why: error.to_string() });
                }
            }
            reins.pause(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn tell_end(&self, postmaster: &Postmaster, exit: std::io::Result<ExitStatus>) -> String {
        let exit = exit.map_or_else(|error| error.to_string(), |exit| exit.to_string());
        format!("{} ({exit})", postmaster.why_it_ended(&self.home))
    }
}
