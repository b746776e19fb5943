//! Settings are read or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onehead_model::RepoPath;
use onehead_configuration::Settings;

fuzz_target!(|bytes: &[u8]| {
    let path = RepoPath::new("onehead.toml").expect("a plain path");
    if let Err(error) = Settings::parse(&path, bytes) {
        assert!(!error.to_string().is_empty());
    }
});
