//! New entries on each of the last days, as a small column: four bytes for the
//! number of the last day (little endian, days since 1970), then two for each day's
//! count, the last day first; days without any at the end are left out.

use crate::model::DAYS;
use jiff::Timestamp;

/// The column with entries added, each on its day; days to come and those that
/// lie too far back are left out.
pub(super) fn add(column: Option<&[u8]>, now: Timestamp, entries: &[Timestamp]) -> Vec<u8> {
    let mut days = read(column, now);
    let today = day(now);
    for entry in entries {
        let back = today - day(*entry);
        if let Ok(back) = usize::try_from(back)
            && let Some(count) = DAYS.checked_sub(back + 1).and_then(|index| days.get_mut(index))
        {
            *count = count.saturating_add(1);
        }
    }
    let used = days.iter().position(|count| *count > 0).unwrap_or(DAYS);
    let mut out = u32::try_from(today).unwrap_or_default().to_le_bytes().to_vec();
    for count in days.iter().skip(used).rev() {
        out.extend(count.to_le_bytes());
    }
    out
}

/// The counts of the last days as of `now`, today last. Damaged columns count nothing.
pub(super) fn read(column: Option<&[u8]>, now: Timestamp) -> [u16; DAYS] {
    let mut days = [0; DAYS];
    let Some((last, counts)) = column.and_then(|column| column.split_first_chunk::<4>()) else { return days };
    let passed = day(now) - i64::from(u32::from_le_bytes(*last));
    for (back, count) in (passed..).zip(counts.chunks_exact(2)) {
        if let (Ok(back), [low, high]) = (usize::try_from(back), count)
            && let Some(index) = DAYS.checked_sub(back.saturating_add(1))
        {
            days[index] = u16::from_le_bytes([*low, *high]);
        }
    }
    days
}

fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[test]
    fn days_move_on() {
        let now: Timestamp = "2026-03-02T23:59:00Z".parse().expect("a time");
        let column = add(None, now, &[now, now, now - DAY * 2, now - DAY * 29, now - DAY * 30, now + DAY]);
        let days = read(Some(&column), now);
        assert_eq!((days[29], days[28], days[27], days[0]), (2, 0, 1, 1));
        assert_eq!(days.iter().sum::<u16>(), 4);
        let later = now + SignedDuration::from_mins(2);
        let days = read(Some(&column), later);
        assert_eq!((days[29], days[28], days[26]), (0, 2, 1));
        let column = add(Some(&column), later, &[later]);
        assert_eq!(column.len(), 4 + 2 * 4, "days without any at the end are left out");
        assert_eq!(read(Some(&column), later + DAY * 40), [0; DAYS]);
        // A clock that went back by a day.
        assert_eq!(read(Some(&column), later - DAY)[29], 2);
    }

    #[test]
    fn damaged_columns_do_no_harm() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        for column in [&[][..], &[1, 2, 3], &[0xff; 4], &[0xff; 7], &[0; 100]] {
            assert_eq!(read(Some(column), now), [0; DAYS]);
            assert_eq!(read(Some(&add(Some(column), now, &[now])), now)[29], 1);
        }
        let many = add(None, now, &vec![now; 70_000]);
        assert_eq!(read(Some(&many), now)[29], u16::MAX);
    }
}
