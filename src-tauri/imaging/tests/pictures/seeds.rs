//! One picture of every format as a file: what the fuzzer begins with. See `fuzz/run.sh`.

#[test]
#[ignore = "writes files; asked for by name"]
fn first_pictures_for_the_fuzzer_are_written() {
    let folder = std::path::PathBuf::from(std::env::var_os("SEEDS").expect("a folder in SEEDS"));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in crate::fixtures::every_format() {
        std::fs::write(folder.join(name.replace(' ', "-")), bytes).unwrap();
    }
}
