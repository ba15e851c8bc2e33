//! How the LIMIT of a whole search is divided among its objects.

/// The records each object keeps of those it found, so that there are at most `limit`: evenly, and what one object does not need goes to the
/// others. Of records that cannot be divided evenly the first objects get one more.
pub fn shares(limit: usize, found: &[usize]) -> Vec<usize> {
    let mut kept = vec![0; found.len()];
    let mut left = limit.min(found.iter().sum());
    while left > 0 {
        let hungry: Vec<usize> = (0..found.len()).filter(|object| kept[*object] < found[*object]).collect();
        let (each, odd) = (left / hungry.len(), left % hungry.len());
        for (place, object) in hungry.into_iter().enumerate() {
            let given = (each + usize::from(place < odd)).min(found[object] - kept[object]);
            kept[object] += given;
            left -= given;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_divided_evenly_and_used_up() {
        for (limit, found, kept) in [
            (20, vec![19, 35], vec![10, 10]),
            (100, vec![20, 200], vec![20, 80]),
            (7, vec![5, 5, 5], vec![3, 2, 2]),
            (10, vec![1, 0, 4], vec![1, 0, 4]),
            (0, vec![3], vec![0]),
            (5, vec![], vec![]),
            (2, vec![9, 9, 9], vec![1, 1, 0]),
        ] {
            assert_eq!(shares(limit, &found), kept, "{limit} of {found:?}");
        }
    }
}
