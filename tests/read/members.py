"""The members of a tar as Python's tarfile reads them: a line of JSON for each."""
import hashlib, json, sys, tarfile

KINDS = {
    tarfile.REGTYPE: "File", tarfile.AREGTYPE: "File", tarfile.CONTTYPE: "File", tarfile.GNUTYPE_SPARSE: "File",
    tarfile.LNKTYPE: "Hardlink", tarfile.SYMTYPE: "Symlink", tarfile.CHRTYPE: "Char", tarfile.BLKTYPE: "Block",
    tarfile.DIRTYPE: "Directory", tarfile.FIFOTYPE: "Fifo",
}


def raw(text):
    return text.encode("utf-8", "surrogateescape").hex()


with tarfile.open(sys.argv[1], encoding="utf-8", errors="surrogateescape") as tar:
    for member in tar:
        kind = KINDS.get(member.type)
        content = tar.extractfile(member).read() if kind == "File" else b""
        xattrs = {raw(key[len("SCHILY.xattr."):]): raw(value)
                  for key, value in member.pax_headers.items() if key.startswith("SCHILY.xattr.")}
        print(json.dumps({
            "path": raw(member.name.rstrip("/")), "kind": kind, "mode": member.mode, "uid": member.uid, "gid": member.gid,
            "size": member.size if kind == "File" else 0, "link": raw(member.linkname),
            "content": hashlib.sha256(content).hexdigest(), "xattrs": xattrs,
        }))
