//! Files are whole or as they were.

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn writing_replaces_a_file_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    write(&path, b"one").unwrap();
    write(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(names(folder.path()), ["a.png"]);
}

#[test]
fn who_fails_half_way_changes_nothing_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |path: &Path| {
        write_with(path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no more"))
        })
    };
    assert!(fails(&folder.path().join("new")).is_err());
    assert!(names(folder.path()).is_empty());
    write(&folder.path().join("old"), b"old").unwrap();
    assert!(fails(&folder.path().join("old")).is_err());
    assert_eq!(fs::read(folder.path().join("old")).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["old"]);
}

#[test]
fn what_a_killed_process_left_is_cleared_and_what_another_writes_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (dead, mine) = (folder.path().join(format!("{UNFINISHED}x")), folder.path().join(".gatefold-mine"));
    fs::write(&dead, "half").unwrap();
    fs::write(&mine, "a person's own").unwrap();
    let living = draft(folder.path()).unwrap();
    write(&folder.path().join("a"), b"a").unwrap();
    assert!(!dead.exists() && mine.exists() && living.path().exists());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = write(&folder.path().join("no/such/a"), b"a").unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::NotFound);
    assert!(refusal.to_string().starts_with("there is no folder "), "{refusal}");
    assert!(write(folder.path(), b"a").unwrap_err().to_string().contains("a folder"));
}

#[test]
fn many_who_write_one_file_at_once_leave_the_whole_of_one_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::thread::scope(|scope| {
        for i in 0..8_u8 {
            let path = &path;
            scope.spawn(move || (0..10).for_each(|_| write(path, &[i; 5000]).unwrap()));
        }
    });
    let left = fs::read(&path).unwrap();
    assert_eq!(left.len(), 5000);
    assert!(left.iter().all(|byte| *byte == left[0]));
    assert_eq!(names(folder.path()), ["a"]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_file_has_the_permissions_of_any_other_and_keeps_those_that_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, ours) = (folder.path().join("plain"), folder.path().join("ours"));
        fs::write(&plain, "x").unwrap();
        write(&ours, b"x").unwrap();
        assert_eq!(mode(&ours), mode(&plain));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o640)).unwrap();
        write(&ours, b"y").unwrap();
        assert_eq!(mode(&ours), 0o640);
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let far = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), far.path().join("target"));
        symlink(&target, &link).unwrap();
        for text in ["one", "two"] {
            write(&link, text.as_bytes()).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
        }
        assert_eq!((names(folder.path()), names(far.path())), (vec!["link".into()], vec!["target".into()]));
    }

    #[test]
    fn a_device_is_written_to_and_stays_one() {
        use std::os::unix::fs::FileTypeExt as _;
        write(Path::new("/dev/null"), b"x").unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        if Path::new("/dev/full").exists() {
            assert_eq!(write(Path::new("/dev/full"), b"x").unwrap_err().kind(), ErrorKind::StorageFull);
        }
    }
}
