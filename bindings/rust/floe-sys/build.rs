//! Where the libraries are, from pkg-config (PKG_CONFIG_PATH); without an answer the linker looks in its own folders.
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    for (feature, name) in [("CORE", "floe-core"), ("ICEBERG", "floe-iceberg"), ("DBT", "floe-dbt")] {
        if std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_none() {
            continue;
        }
        if let Ok(output) = Command::new("pkg-config").args(["--variable=libdir", name]).output() {
            let folder = String::from_utf8_lossy(&output.stdout);
            if !folder.trim().is_empty() {
                println!("cargo:rustc-link-search=native={}", folder.trim());
            }
        }
    }
}
