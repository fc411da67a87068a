//! LAN sharing, link base URL, local address, mDNS, QR codes and trusted certificates.

pub(crate) mod certificates;
pub(crate) mod device_link;
pub(crate) mod lan_sharing;
pub(crate) mod link_base;
mod local_address;
mod mdns;
mod network_id;
mod qr_code;
