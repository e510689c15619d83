//! Points from which a disk is found again, forks, and the lane.

use super::*;

const ALL: [AtCrash; 4] = [AtCrash::Dropped, AtCrash::Kept, AtCrash::Reordered, AtCrash::Torn];

/// Some history, so many of its operations long.
fn history(disk: &Disk, operations: u64) {
    let until = disk.operations() + operations;
    let file = disk.create("file").expect("the disk has power");
    for sector in 0.. {
        let letter = char::from(b'A' + (sector % 26) as u8).to_string();
        let one: [&dyn Fn(); 4] = [
            &|| act(&file, Resize(8 + sector as u64 % 3)),
            &|| write(&file, sector % 7, &letter.repeat(3)),
            &|| write(&file, sector % 5, &letter.repeat(2)),
            &|| if sector % 3 == 1 { act(&file, Sync) } else { names_synced(disk) },
        ];
        for operation in one {
            if disk.operations() >= until {
                return;
            }
            operation();
        }
    }
}

#[test]
fn a_point_is_found_as_a_crash_in_its_moment_would_leave_the_disk() {
    let watched = plain();
    watched.watch();
    history(&watched, 40);
    let points = watched.take_points();
    assert_eq!(points.len(), 40);
    for (number, point) in (1..).zip(&points) {
        assert_eq!(point.number(), number);
        for (at_crash, seed) in ALL.into_iter().flat_map(|at_crash| [(at_crash, 1), (at_crash, 2)])
        {
            let crashed = plain();
            history(&crashed, number);
            crashed.crash(at_crash, &Key::new(seed));
            let found = Disk::from_point(point, at_crash, &Key::new(seed));
            assert_eq!(found.lane(), crashed.lane(), "{at_crash:?} after {number}");
            assert_eq!(found.operations(), crashed.operations());
            let [found, crashed] = [found, crashed].map(|disk| reopened(&disk, "file"));
            assert_eq!(found, crashed, "{at_crash:?} after {number}");
        }
    }
}

#[test]
fn points_come_once_and_only_while_the_disk_is_watched() {
    let disk = plain();
    assert!(disk.take_points().is_empty());
    history(&disk, 3);
    disk.watch();
    history(&disk, 2);
    let kinds = |points: Vec<Point>| points.iter().map(Point::kind).collect::<Vec<_>>();
    assert_eq!(kinds(disk.take_points()), [OperationKind::Create, OperationKind::Resize]);
    assert!(disk.take_points().is_empty());
    names_synced(&disk);
    assert_eq!(kinds(disk.take_points()), [OperationKind::SyncNames]);
}

#[test]
fn a_fork_and_what_it_came_from_go_their_own_ways() {
    let disk = plain();
    let file = four_sectors(&disk);
    write(&file, 0, "A");
    let fork = disk.fork();
    assert_eq!(fork.lane(), disk.lane());
    write(&file, 1, "B");
    let forked = fork.open("file").expect("it is open elsewhere").expect("it has a name");
    write(&forked, 2, "C");
    assert_eq!(letters(&file), "AB..");
    assert_eq!(letters(&forked), "A.C.");
    assert_ne!(fork.lane(), disk.lane());
    fork.crash(AtCrash::Dropped, &Key::new(1));
    assert_eq!(reopened(&fork, "file").as_deref(), Some("...."));
    assert_eq!(letters(&file), "AB..", "the power has gone elsewhere");
}

#[test]
fn the_lane_knows_each_operation_its_order_and_what_a_crash_left() {
    let lane = |steps: &[Step]| {
        let disk = plain();
        let file = four_sectors(&disk);
        for step in steps {
            act(&file, *step);
        }
        disk.lane()
    };
    let one = [Write(0, "A"), Write(1, "B"), Sync];
    assert_eq!(lane(&one), lane(&one));
    for other in [
        [Write(1, "B"), Write(0, "A"), Sync],
        [Write(0, "A"), Sync, Write(1, "B")],
        [Write(0, "A"), Write(1, "C"), Sync],
        [Write(0, "A"), Write(2, "B"), Sync],
        [Write(0, "A"), Write(1, "B"), Resize(4)],
    ] {
        assert_ne!(lane(&one), lane(&other), "{other:?}");
    }
    let crashed = |at_crash| {
        let disk = plain();
        write(&four_sectors(&disk), 0, "A");
        disk.crash(at_crash, &Key::new(1));
        disk.lane()
    };
    assert_ne!(crashed(AtCrash::Dropped), crashed(AtCrash::Kept));
}

#[test]
fn draws_differ_by_seed_and_by_the_number_of_the_operation() {
    let lane = |operations, seed| {
        let disk = plain();
        let file = four_sectors(&disk);
        (0..operations).for_each(|_| act(&file, Sync));
        write(&file, 0, "ABCD");
        disk.crash(AtCrash::Torn, &Key::new(seed));
        reopened(&disk, "file")
    };
    assert_eq!(lane(0, 1), lane(0, 1));
    let seeds: BTreeSet<_> = (0..100).map(|seed| lane(0, seed)).collect();
    let operations: BTreeSet<_> = (0..100).map(|operations| lane(operations, 1)).collect();
    assert!(seeds.len() > 8 && operations.len() > 8, "{seeds:?} {operations:?}");
}
