use crate::base::Base;
pub struct Round { size: u32 }
pub enum Colour { Red }
pub trait Shape { fn area(&self) -> u32; }
impl Shape for Round { fn area(&self) -> u32 { compute(self.size) } }
pub type Name = String;
pub const LIMIT: u32 = 3;
mod inner { pub fn deep() {} }
macro_rules! twice { ($x:expr) => { $x + $x } }
with_feature! {
    pub fn hidden() {}
}
