//! PostgreSQL does not outlive us, not even when we are killed with -9: a small shell holds the other end of a
//! pipe of ours, sees it close with our last breath, and shuts PostgreSQL down.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::Error;
use crate::home::Home;

/// Arguments: the data directory; then every folder to remove at the end. Each line of input is the process
/// number of the present postmaster, or empty when there is none.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
data=$1
shift
pid=
while read -r line; do pid=$line; done
ours() {
    [ -n "$pid" ] && tr '\0' '\n' < "/proc/$pid/cmdline" | grep -qxF -- "$data"
}
for try in INT:200 QUIT:50 KILL:50; do
    ours || break
    kill -s "${try%:*}" "$pid"
    left=${try#*:}
    while ours && [ "$left" -gt 0 ]; do
        sleep 0.1
        left=$((left - 1))
    done
done
for folder; do rm -rf -- "$folder"; done
"#;

#[derive(Debug)]
pub(crate) struct Guard {
    shell: Child,
    line: Option<ChildStdin>,
}

impl Guard {
    pub(crate) fn post(home: &Home, remove: bool) -> Result<Self, Error> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "guard of PostgreSQL"]).arg(&home.data);
        if remove {
            command.arg(&home.root).arg(&home.socket_dir);
        }
        command.env_clear().env("PATH", "/usr/bin:/bin").current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = command.spawn().map_err(Error::io("Cannot run", "/bin/sh".as_ref()))?;
        let line = shell.stdin.take();
        Ok(Self { shell, line })
    }

    /// Names the process to shut down in our absence.
    pub(crate) fn watch(&mut self, pid: Option<u32>) {
        let pid = pid.map(|pid| pid.to_string()).unwrap_or_default();
        if let Some(line) = &mut self.line {
            // It cannot be missing while we hold the pipe; if someone killed it, we still stop PostgreSQL ourselves.
            let _ = writeln!(line, "{pid}");
        }
    }

    /// Lets it finish: nothing is left to shut down, at most folders to remove.
    pub(crate) fn dismiss(&mut self) {
        self.watch(None);
        self.line = None;
        let _ = self.shell.wait();
    }
}
