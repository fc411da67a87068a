//! LAN sharing, local address, mDNS, QR codes and trusted certificates.

pub(crate) mod certificates;
pub(crate) mod lan_sharing;
mod local_address;
mod mdns;
mod network_id;
mod qr_code;
