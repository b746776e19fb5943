//! An ini file is read or refused with a line of it, and so is every option.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onehead_configuration::ini::Ini;

fuzz_target!(|text: &str| {
    let lines = text.matches(['\n', '\r']).count() as u32 + 1;
    match Ini::parse(text) {
        Ok(ini) => {
            for section in ini.sections() {
                for option in ini.options(section) {
                    let line = ini
                        .line_of(section, option)
                        .expect("a listed option is there");
                    assert!((1..=lines).contains(&line));
                    match ini.get(section, option, "/here") {
                        Ok(value) => assert!(value.is_some()),
                        Err(error) => assert!((1..=lines).contains(&error.line)),
                    }
                }
            }
        }
        Err(error) => assert!((1..=lines).contains(&error.line), "{error:?}"),
    }
});
