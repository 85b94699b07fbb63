pub(super) use super::jazz::LOOK;
