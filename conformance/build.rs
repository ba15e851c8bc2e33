//! Puts the features and the sources of the steps into the program: certificates speak about these features and no others, and the
//! catalogue of phrases is read off the steps themselves.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let repository = root.join("..");
    let mut code = String::new();
    list(&mut code, "FEATURES", &repository, "features", "feature")?;
    list(&mut code, "STEP_SOURCES", &root, "src/steps", "rs")?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("embedded.rs"), code)
}

/// Writes a constant with every file of this kind under `base/folder`: its path from `base`, and its text.
fn list(code: &mut String, name: &str, base: &Path, folder: &str, extension: &str) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", base.join(folder).display());
    let mut files = Vec::new();
    collect(&base.join(folder), extension, &mut files)?;
    files.sort();
    let _ = writeln!(code, "pub(crate) const {name}: &[(&str, &str)] = &[");
    for file in files {
        let path = file.strip_prefix(base).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(code, "    ({path:?}, include_str!({:?})),", file.canonicalize()?);
    }
    code.push_str("];\n");
    Ok(())
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, files)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    Ok(())
}
