//! The revision graph: heads, forks, findings and the plan that mends them.
