//! The center's data folder, and the identity in it: who the center is, and its secret keys.

use crate::error::CenterError;
use crate::tls::TlsIdentity;
use bangban_keys::{DataKey, OpeningKey, SealingKey, SigningKey, random_bytes};
use bangban_ledger::folder;
use bangban_model::division::Divisions;
use bangban_model::ids::{DistrictKey, StaffId};
use bangban_model::{Code, Digest};
use bangban_sync::CenterIdentity;
use bangban_sync::root::{CenterKeys, Root};
use bangban_sync::tls::SpkiPin;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Of the file `identity.json`.
const FORMAT: u32 = 1;

/// Where everything of a center lies.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// The center's folder; it need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        DataFolder { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The encrypted database.
    pub fn database(&self) -> PathBuf {
        self.root.join("center.db")
    }

    /// The database's key.
    pub fn key(&self) -> PathBuf {
        self.root.join("center.key")
    }

    /// Who the center is, with its secret keys.
    pub fn identity(&self) -> PathBuf {
        self.root.join("identity.json")
    }

    /// Photos under their digests.
    pub fn photos(&self) -> PathBuf {
        self.root.join("photos")
    }

    /// What has to leave this machine.
    pub fn offline(&self) -> PathBuf {
        self.root.join("offline")
    }

    /// Batch files while they are checked.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Batch files on their way up from browsers, with what is known of each beside it.
    pub fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    /// Receipt files for batches that came by the console.
    pub fn receipts(&self) -> PathBuf {
        self.root.join("receipts")
    }

    /// The receipt file of a batch that this staff member uploaded.
    pub fn receipt(&self, staff: StaffId, receipt: Uuid) -> PathBuf {
        self.receipts().join(format!("{}-{}.bangban", staff.0.simple(), receipt.simple()))
    }

    fn address(&self) -> PathBuf {
        self.root.join("address")
    }

    /// Remembers where `serve` listens, for enrolment codes.
    pub fn keep_address(&self, address: &str) -> Result<(), CenterError> {
        write_private(&self.address(), address.as_bytes())
    }

    /// Where `serve` listened last.
    pub fn last_address(&self) -> Result<Option<String>, CenterError> {
        match fs::read_to_string(self.address()) {
            Ok(address) => Ok(Some(address.trim().to_owned())),
            Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    /// The table of divisions that the center was made with, if it is not the demo district.
    pub fn divisions(&self) -> PathBuf {
        self.root.join("divisions.csv")
    }

    /// The center's divisions: its own table, or the demo district's.
    pub fn read_divisions(&self) -> Result<Divisions, CenterError> {
        match fs::read_to_string(self.divisions()) {
            Ok(text) => Divisions::from_csv(&text)
                .map_err(|problem| CenterError::About(Code::BadInput, problem.to_string())),
            Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(Divisions::huarong().clone()),
            Err(problem) => Err(problem.into()),
        }
    }

    /// The database's key, from its file.
    pub fn read_key(&self) -> Result<DataKey, CenterError> {
        let text = read_or_missing(&self.key())?;
        let bytes: [u8; 32] = data_encoding::HEXLOWER
            .decode(text.trim().as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| CenterError::About(Code::LedgerDamaged, "center.key".into()))?;
        Ok(DataKey::from_bytes(bytes))
    }
}

/// The certificate and key of the TLS server, as `tls.rs` made them.
#[derive(Clone, Serialize, Deserialize)]
pub struct TlsPem {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// Its private key, PEM; secret.
    pub key_pem: String,
}

/// Who the center is, with its secret keys; kept readable by its user alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    format: u32,
    /// The center, for good.
    pub id: Uuid,
    /// As the screen shows it.
    pub name: String,
    /// Division code of the district it belongs to.
    pub district: String,
    /// Rises when a restored center begins anew.
    pub epoch: u64,
    signing: String,
    batch_opening: String,
    /// The township's offline key, public half.
    pub escrow_key: SealingKey,
    /// The root's word on the keys above (rule K3); its private half is offline.
    #[serde(default)]
    pub root: Option<Root>,
    /// For deriving ids (rule E5); secret.
    pub district_key: DistrictKey,
    /// The TLS server's certificate and key.
    #[serde(default)]
    pub tls: Option<TlsPem>,
    /// Pin of the key that follows it; its private half is offline (rule D3).
    #[serde(default)]
    pub next_tls_pin: Option<SpkiPin>,
}

/// What a new center is told.
#[derive(Clone, Debug)]
pub struct NewCenter {
    /// As the screen shows it.
    pub name: String,
    /// Division code of its district.
    pub district: String,
}

impl Identity {
    /// Reads the identity of the center in this folder.
    pub fn read(folder: &DataFolder) -> Result<Self, CenterError> {
        let text = read_or_missing(&folder.identity())?;
        let identity: Identity = serde_json::from_str(&text)
            .map_err(|_| CenterError::About(Code::LedgerDamaged, "identity.json".into()))?;
        if identity.format > FORMAT {
            return Err(CenterError::About(Code::NewerFormat, "identity.json".into()));
        }
        Ok(identity)
    }

    /// Makes a new center's folder: key, identity, and the escrow key that has to leave the machine.
    ///
    /// The identity is written last: a folder with an identity is a whole center.
    pub fn make(folder: &DataFolder, new: &NewCenter, tls: Option<TlsPem>) -> Result<Self, CenterError> {
        if folder.identity().exists() {
            return Err(Code::CenterExists.into());
        }
        make_private_folder(folder.root())?;
        for part in [folder.photos(), folder.offline(), folder.staging()] {
            make_private_folder(&part)?;
        }
        if !folder.key().exists() {
            write_private(&folder.key(), DataKey::random()?.raw_hex().as_bytes())?;
        }
        let escrow = OpeningKey::random();
        write_private(
            &folder.offline().join("escrow.key"),
            format!("{}\n", *escrow.to_secret_text()).as_bytes(),
        )?;
        write_private(&folder.offline().join("README.txt"), OFFLINE_README.as_bytes())?;
        let mut identity = Identity {
            format: FORMAT,
            id: Uuid::new_v4(),
            name: new.name.clone(),
            district: new.district.clone(),
            epoch: 1,
            signing: data_encoding::HEXLOWER.encode(&*SigningKey::random()?.to_secret_bytes()),
            batch_opening: OpeningKey::random().to_secret_text().to_string(),
            escrow_key: escrow.sealing_key(),
            root: None,
            district_key: DistrictKey(Digest(random_bytes()?)),
            tls,
            next_tls_pin: Some(make_next_tls(folder)?),
        };
        identity.root = Some(identity.certified_by(&offline_root(folder)?)?);
        identity.write(folder)?;
        Ok(identity)
    }

    /// A center of before there were roots, or a next TLS key, gets them; their private halves have to leave the machine. Whether
    /// there are new ones.
    pub fn complete(&mut self, folder: &DataFolder) -> Result<bool, CenterError> {
        if self.root.is_some() && self.next_tls_pin.is_some() {
            return Ok(false);
        }
        make_private_folder(&folder.offline())?;
        if self.root.is_none() {
            self.root = Some(self.certified_by(&offline_root(folder)?)?);
        }
        if self.next_tls_pin.is_none() {
            self.next_tls_pin = Some(make_next_tls(folder)?);
        }
        self.write(folder)?;
        Ok(true)
    }

    /// The TLS server's certificate and key.
    pub fn tls_identity(&self) -> Result<TlsIdentity, CenterError> {
        let tls = self.tls.as_ref().ok_or(Code::CenterMissing)?;
        Ok(TlsIdentity::from_pem(&tls.certificate_pem, &tls.key_pem)?)
    }

    /// The pins of the present TLS key and of the next, which laptops are told.
    pub fn tls_pins(&self) -> Result<Vec<SpkiPin>, CenterError> {
        let present = self.tls_identity()?.pin()?;
        Ok([Some(present), self.next_tls_pin].into_iter().flatten().collect())
    }

    /// The next TLS key, from the file that lay offline, becomes the present one, and another is made to follow it.
    pub fn replace_tls(&mut self, folder: &DataFolder, kept_offline: &str) -> Result<(), CenterError> {
        let wrong = || CenterError::Coded(Code::OfflineKeyWrong);
        let pem: TlsPem = serde_json::from_str(kept_offline).map_err(|_| wrong())?;
        let next = TlsIdentity::from_pem(&pem.certificate_pem, &pem.key_pem).map_err(|_| wrong())?;
        if Some(next.pin().map_err(|_| wrong())?) != self.next_tls_pin {
            return Err(wrong());
        }
        make_private_folder(&folder.offline())?;
        self.next_tls_pin = Some(make_next_tls(folder)?);
        self.tls = Some(pem);
        self.write(folder)
    }

    fn certified_by(&self, root: &SigningKey) -> Result<Root, CenterError> {
        let keys = CenterKeys {
            center: self.id,
            verifying_key: self.signing_key()?.verifying_key(),
            escrow_key: self.escrow_key.clone(),
        };
        Root::certify(root, &keys).map_err(|_| CenterError::Coded(Code::Internal))
    }

    /// Writes the identity to its file, in one step.
    pub fn write(&self, folder: &DataFolder) -> Result<(), CenterError> {
        let text = serde_json::to_vec_pretty(self).map_err(|_| CenterError::Coded(Code::Internal))?;
        write_private(&folder.identity(), &text)
    }

    /// Signs receipts and stream heads.
    pub fn signing_key(&self) -> Result<SigningKey, CenterError> {
        let secret: [u8; 32] = data_encoding::HEXLOWER
            .decode(self.signing.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| CenterError::About(Code::LedgerDamaged, "identity.json".into()))?;
        Ok(SigningKey::from_secret_bytes(&secret))
    }

    /// Opens batch files.
    pub fn opening_key(&self) -> Result<OpeningKey, CenterError> {
        Ok(OpeningKey::from_secret_text(&self.batch_opening)?)
    }

    /// What a laptop must know of the center for good.
    pub fn public(&self) -> Result<CenterIdentity, CenterError> {
        Ok(CenterIdentity {
            id: self.id,
            name: self.name.clone(),
            verifying_key: self.signing_key()?.verifying_key(),
            batch_key: self.opening_key()?.sealing_key(),
            escrow_key: self.escrow_key.clone(),
            root: self.root.clone(),
        })
    }
}

/// Makes a TLS key that will follow, in a file of its own in the folder that leaves the machine. Its pin.
fn make_next_tls(folder: &DataFolder) -> Result<SpkiPin, CenterError> {
    let next = TlsIdentity::make()?;
    let pin = next.pin()?;
    let pem =
        TlsPem { certificate_pem: next.certificate_pem().to_owned(), key_pem: next.key_pem().to_owned() };
    let text = serde_json::to_vec_pretty(&pem).map_err(|_| CenterError::Coded(Code::Internal))?;
    let mark: String = pin.0.to_string().chars().take(8).collect();
    write_private(&folder.offline().join(format!("next-tls-{mark}.key")), &text)?;
    Ok(pin)
}

/// The root's private half: made where there is none yet, so that two programs that open the same old center make one.
fn offline_root(folder: &DataFolder) -> Result<SigningKey, CenterError> {
    let path = folder.offline().join("root.key");
    if !path.exists() {
        let text = data_encoding::HEXLOWER.encode(&*SigningKey::random()?.to_secret_bytes());
        write_private(&path, format!("{text}\n").as_bytes())?;
    }
    let secret: [u8; 32] = data_encoding::HEXLOWER
        .decode(fs::read_to_string(&path)?.trim().as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| CenterError::About(Code::LedgerDamaged, "root.key".into()))?;
    Ok(SigningKey::from_secret_bytes(&secret))
}

const OFFLINE_README: &str = "\
escrow.key 能打开本中心每台电脑的数据密钥，只在有人忘记密码或密钥环丢失时使用。
root.key 证明哪些密钥是本中心的，更换中心密钥时才用。
next-tls-….key 是下一把服务器连接密钥：现在用的那把可能泄露时，用 bangban-center tls replace 换上，电脑不用重新登记。
请把这些文件抄到两个U盘上，分别封存（例如保险柜和上级单位），然后从本机删除。
服务器平时不需要它们；留在本机，等于把所有电脑的钥匙放在门口。
有人忘记口令时：在服务器上 bangban-center escrow take 取出密封件，拿到放离线密钥的电脑上 bangban-center escrow open 读出恢复码。

escrow.key opens the data key of every laptop of this center. It is needed only when a PIN is forgotten or a keyring is lost.
root.key says which keys are this center's; it is needed only when one of them is replaced.
next-tls-….key is the server's next TLS key: should the present one have leaked, bangban-center tls replace puts it in its place, and no laptop has to enrol again.
Copy them to two USB sticks, keep them in two safe places, and delete them from this machine.
";

fn read_or_missing(path: &Path) -> Result<String, CenterError> {
    fs::read_to_string(path).map_err(|problem| match problem.kind() {
        ErrorKind::NotFound => CenterError::Coded(Code::CenterMissing),
        _ => problem.into(),
    })
}

/// Makes a folder that its user alone can look into; its name is on the disk when this returns.
pub(crate) fn make_private_folder(path: &Path) -> Result<(), CenterError> {
    if path.is_dir() {
        // A folder that was there before keeps the rights its owner gave it.
        return Ok(());
    }
    let missing = folder::missing(path);
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    for made in missing {
        sync_folder(made.parent().unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// Writes a file that its user alone can read: whole or not at all, and durable.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), CenterError> {
    let beside = path.with_extension(format!("{}.new", Uuid::new_v4().simple()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes renames in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), CenterError> {
    #[cfg(test)]
    synced::note(path);
    Ok(folder::sync(path)?)
}

/// Which folders were made durable, for tests.
#[cfg(test)]
pub(crate) mod synced {
    use std::cell::RefCell;
    use std::path::{Path, PathBuf};

    thread_local! {
        static FOLDERS: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(path: &Path) {
        FOLDERS.with_borrow_mut(|folders| folders.push(path.to_owned()));
    }

    /// Those since this was asked last, by this thread.
    pub(crate) fn take() -> Vec<PathBuf> {
        FOLDERS.take()
    }
}
