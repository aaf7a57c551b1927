//! What one finds on a machine of the demonstration: a prompt with its name, a greeting, a few files.

use super::cast::{Customer, Machine};
use anyhow::Result;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The levels that have an account: one key each.
pub(super) const LEVELS: [&str; 2] = ["full_access", "read_only"];
/// What the read-only account finds on its path, and nothing else.
const LOOKING: [&str; 12] =
    ["ls", "cat", "less", "head", "tail", "grep", "wc", "df", "uptime", "date", "ps", "hostname"];

/// Writes the accounts and homes of a customer's machines into `home`.
pub(super) fn write(home: &Path, customer: &Customer) -> Result<()> {
    let mut authorized = String::new();
    for level in LEVELS {
        let public = fs::read_to_string(home.join(format!("{level}_key.pub")))?;
        writeln!(authorized, "restrict,pty,command=\"{}/enter {level}\" {}", home.display(), public.trim())?;
    }
    fs::write(home.join("authorized_keys"), authorized)?;
    write_program(&home.join("enter"), &enter(home, customer))?;
    for machine in customer.machines {
        write_home(&home.join(machine.name), customer, machine)?;
    }
    let bin = home.join("looking");
    fs::create_dir_all(&bin)?;
    for name in LOOKING {
        let (link, program) = (bin.join(name), format!("/usr/bin/{name}"));
        if !link.exists() && Path::new(&program).exists() {
            std::os::unix::fs::symlink(program, link)?;
        }
    }
    Ok(())
}

/// One sshd stands for all machines of a customer; the address that was dialled tells which is meant.
fn enter(home: &Path, customer: &Customer) -> String {
    let mut cases = String::new();
    for machine in customer.machines {
        let _ = writeln!(cases, "  127.84.{}.{}) name={} ;;", customer.net, machine.host, machine.name);
    }
    let home = home.display();
    format!(
        "#!/bin/bash\n# Enters the machine that was dialled. Usage: enter LEVEL\nset -- \"$1\" $SSH_CONNECTION\n\
         case \"$4\" in\n{cases}  *) exit 1 ;;\nesac\ncd \"{home}/$name\" || exit 1\n\
         keep=(TERM=\"$TERM\" LANG=C.UTF-8 HOME=\"$PWD\" USER=ops LOGNAME=ops HISTFILE=/dev/null DEMO_HOST=\"$name\" DEMO_LEVEL=\"$1\")\n\
         if [ \"$1\" = read_only ]; then keep+=(PATH=\"{home}/looking\"); restricted=-r; else keep+=(PATH=/usr/local/bin:/usr/bin:/bin); fi\n\
         if [ -n \"$SSH_ORIGINAL_COMMAND\" ]; then exec env -i \"${{keep[@]}}\" /bin/bash $restricted -c \"$SSH_ORIGINAL_COMMAND\"; fi\n\
         exec env -i \"${{keep[@]}}\" /bin/bash --rcfile .bashrc $restricted -i\n"
    )
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn write_home(home: &Path, customer: &Customer, machine: &Machine) -> Result<()> {
    fs::create_dir_all(home.join("log"))?;
    fs::create_dir_all(home.join("etc"))?;
    let name = machine.name;
    fs::write(
        home.join(".bashrc"),
        format!(
            "colour=32; [ \"$DEMO_LEVEL\" = read_only ] && colour=33\n\
             PS1='\\[\\e[1;'$colour'm\\]ops@'$DEMO_HOST'\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]$ '\n\
             alias ls='ls --color=auto' ll='ls -l --color=auto'\n\
             printf '\\e[1m%s\\e[0m  %s\\n%s\\n\\n' '{name}' '{}' '{}. Authorised use only; this session is recorded.'\n",
            machine.description, customer.name
        ),
    )?;
    let mut log = String::new();
    let words = [
        "session opened for user backup",
        "checkpoint complete",
        "certificate expires in 41 days",
        "link state changed to up",
        "scheduled job finished",
        "authentication failure from 198.51.100.23",
    ];
    for (minute, word) in (0..60).zip(words.iter().cycle()) {
        writeln!(log, "Nov 19 03:{minute:02}:07 {name} daemon[{}]: {word}", 700 + minute)?;
    }
    fs::write(home.join("log/messages"), log)?;
    fs::write(home.join("etc/hostname"), format!("{name}\n"))?;
    fs::write(home.join("README"), format!("{name}: {}\nOwner: {}\n", machine.description, customer.name))?;
    Ok(())
}
