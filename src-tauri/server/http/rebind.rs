//! Rebinding: listens on another address without dropping connections.

use std::io;
use std::net::SocketAddr;

use futures_util::FutureExt;
use tokio::net::{TcpListener, TcpStream};

use crate::StartError;

pub async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressTaken(address),
            _ => StartError::CannotListen { address, cause },
        })
}

pub fn local_address(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener
        .local_addr()
        .map_err(|cause| StartError::CannotListen {
            address: asked,
            cause,
        })
}

/// Puts a listener on another address in place of `listener`; where that fails, the one before stays.
///
/// One port on all addresses and the same port on one of them are in each other's way. Then the old listener goes
/// first, for as long as the new one takes to be made; who has knocked already is let in before, by `accept`.
pub async fn rebind(
    listener: &mut Option<TcpListener>,
    address: SocketAddr,
    mut accept: impl FnMut(TcpStream, SocketAddr),
) -> Result<SocketAddr, StartError> {
    let before = listener
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    if before == Some(address) {
        return Ok(address);
    }
    let taken = match bind(address).await {
        Ok(new) => return replace_listener(listener, new, address),
        Err(error) => error,
    };
    let in_our_way = before
        .filter(|before| before.port() == address.port())
        .filter(|_| matches!(taken, StartError::AddressTaken(_)));
    let Some(before) = in_our_way else {
        return Err(taken);
    };
    if let Some(old) = listener.take() {
        while let Some(Ok((stream, peer))) = old.accept().now_or_never() {
            accept(stream, peer);
        }
    }
    match bind(address).await {
        Ok(new) => replace_listener(listener, new, address),
        Err(error) => {
            // Should somebody have taken it in that moment, any port will do.
            let again = [before, SocketAddr::new(before.ip(), 0)];
            *listener = TcpListener::bind(&again[..]).await.ok();
            Err(error)
        }
    }
}

fn replace_listener(
    listener: &mut Option<TcpListener>,
    new: TcpListener,
    asked: SocketAddr,
) -> Result<SocketAddr, StartError> {
    let address = local_address(&new, asked)?;
    *listener = Some(new);
    Ok(address)
}
