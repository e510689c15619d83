use super::*;

const NAME: &str = "file";

fn file_of(disk: &Disk, size_bytes: u64) -> DiskFile {
    let file = disk.create(NAME).expect("the disk has power");
    file.resize(size_bytes).expect("there is room");
    file.sync().expect("the disk has power");
    disk.sync_names().expect("the disk has power");
    file
}

#[test]
fn what_was_synced_is_there_after_any_crash() {
    for at_crash in [AtCrash::Dropped, AtCrash::Kept, AtCrash::Reordered, AtCrash::Torn] {
        let disk = Disk::new(DiskFaults::default(), None);
        let file = file_of(&disk, 8192);
        file.write(4000, &[7; 200]).expect("it is within the file");
        file.sync().expect("the disk has power");
        disk.crash(at_crash, &Key::new(1));
        assert!(file.write(0, &[1]).is_err());
        let file = disk.open(NAME).expect("the disk has power").expect("its name was synced");
        let mut found = [0; 200];
        file.read(4000, &mut found).expect("it is within the file");
        assert_eq!(found, [7; 200]);
    }
}
