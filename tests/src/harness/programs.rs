//! Where the two programs are, and how they are started.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The agent's program.
const LAPTOP: &str = "bangban";
/// The harnesses that run long.
const PROVE: &str = "prove";
/// The township's program.
const CENTER: &str = "bangban-center";

/// The two programs, normal or with one protection taken out.
#[derive(Clone, Debug)]
pub struct Programs {
    bins: PathBuf,
    plant: Option<&'static str>,
}

impl Programs {
    /// The normal programs: of `BANGBAN_BIN_DIR`, else beside this test's own folder, built where they are missing.
    pub fn normal() -> Self {
        static FOUND: OnceLock<PathBuf> = OnceLock::new();
        let bins = FOUND.get_or_init(|| match std::env::var_os("BANGBAN_BIN_DIR") {
            Some(said) => having_both(PathBuf::from(said)),
            None => {
                let bins = target_folder();
                if !has_both(&bins) {
                    build(&bins, &["-p", "bangban-cli", "-p", "bangban-center"]);
                }
                having_both(bins)
            }
        });
        Programs { bins: bins.clone(), plant: None }
    }

    /// The programs without the protection of this name: of `BANGBAN_PLANTED_BIN_DIR`, else built beside the normal
    /// ones, in a folder of their own (which takes as long as building everything).
    pub fn without(plant: &'static str) -> Self {
        static FOUND: OnceLock<PathBuf> = OnceLock::new();
        let bins = FOUND.get_or_init(|| match std::env::var_os("BANGBAN_PLANTED_BIN_DIR") {
            Some(said) => having_both(PathBuf::from(said)),
            None => {
                let bins = target_folder().join("planted").join("debug");
                build(
                    &bins,
                    &[
                        "-p",
                        "bangban-cli",
                        "-p",
                        "bangban-center",
                        "-p",
                        "bangban-tests",
                        "--bin",
                        LAPTOP,
                        "--bin",
                        CENTER,
                        "--bin",
                        PROVE,
                        "--features",
                        "bangban-model/planted,bangban-keys/cheap-kdf",
                    ],
                );
                having_both(bins)
            }
        });
        Programs { bins: bins.clone(), plant: Some(plant) }
    }

    /// The programs for starting ten thousand times: keys are derived at next to no cost, nothing is taken out.
    pub fn quick() -> Self {
        Programs::without("nothing")
    }

    /// The harnesses that run long, without the same protection.
    pub fn prove(&self) -> Command {
        self.command(PROVE)
    }

    /// The agent's program, ready for arguments.
    pub fn laptop(&self) -> Command {
        self.command(LAPTOP)
    }

    /// The township's program, ready for arguments.
    pub fn center(&self) -> Command {
        self.command(CENTER)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bins.join(name));
        for variable in
            ["BANGBAN_LEDGER", "BANGBAN_CENTER_DATA", "BANGBAN_PIN", "BANGBAN_LOG", "BANGBAN_PLANT"]
        {
            command.env_remove(variable);
        }
        command.env("BANGBAN_LANG", "en").env("BANGBAN_KEYRING", "none");
        if let Some(plant) = self.plant {
            command.env("BANGBAN_PLANT", plant);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// The folder that holds the programs when cargo built them: above `deps`, where this test lies.
fn target_folder() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let folder = exe.parent().unwrap();
    let above = folder.file_name() == Some(OsStr::new("deps"));
    if above { folder.parent().unwrap().to_owned() } else { folder.to_owned() }
}

fn has_both(bins: &Path) -> bool {
    [LAPTOP, CENTER].iter().all(|name| bins.join(name).is_file())
}

fn having_both(bins: PathBuf) -> PathBuf {
    assert!(has_both(&bins), "{LAPTOP} and {CENTER} are not in {}: build them first", bins.display());
    bins
}

/// Builds into the target folder whose `debug` this is.
fn build(bins: &Path, packages: &[&str]) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = bins.parent().unwrap();
    let mut command = Command::new(cargo);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).arg("build").args(packages);
    if target_folder().file_name() == Some(OsStr::new("release")) {
        command.arg("--release");
    }
    let status = command.arg("--target-dir").arg(target).status();
    assert!(status.is_ok_and(|status| status.success()), "the programs do not build");
}
