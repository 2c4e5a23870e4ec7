#!/bin/bash
# setup.sh TARGET CHECKOUT: a Windows Python on this machine, with fmsdiag in it.
#
# As root on Debian 12, about 3 minutes and 2.5 GB: Wine 10 (Debian 13's, in a chroot: Debian 12's own turns many resets into
# ends of file), a Windows CPython of this Python's minor version, and the hash-locked requirements of CHECKOUT as Windows
# wheels; CHECKOUT itself is found by PYTHONPATH. Everything comes from Debian's packages and from the Python package index. Then:
#   TARGET/winpy -m fmsdiag test rtmp://127.0.0.1/live      any Python command, in Windows' Python
#   TARGET/winrun PROGRAM.EXE ...                           any Windows program
# The panda3d wheel for Windows carries pythonXY.dll and the standard extension modules (for its own freezing tool); the pure
# library is this Python's; python.exe, python3.dll (stable ABI), and two system libraries that Wine lacks are compiled here.
# A second run with the same requirements changes nothing and ends at once.
set -euo pipefail
TARGET=$(realpath -m "$1"); CHECKOUT=$(realpath "$2")
PYTHON=${PYTHON:-python3}
# What the environment is made of: a change of it makes a new one.
STAMP=$(cat "$0" "$CHECKOUT/requirements-dev.txt" | sha256sum | cut -c1-32)
V=$($PYTHON -c 'import sys; print("%d.%d" % sys.version_info[:2])'); N=${V/./}
PANDA3D=1.10.16
SOURCE_ONLY=argparse-manpage  # of the requirements: has no wheel, and is pure Python
W=$TARGET/python
say() { printf '%4d s  %s\n' $SECONDS "$*"; }
Z() { printf 'Z:%s' "${1//\//\\}"; }
if [ "$(cat "$TARGET/stamp" 2>/dev/null)" = "$STAMP $V" ]; then exit 0; fi
rm -rf "$TARGET"/{stamp,python,prefix,built}
mkdir -p "$TARGET" "$W"/{DLLs,Lib,Scripts}

if [ ! -x "$TARGET/debian13/usr/lib/wine/wine64" ]; then
  say "Wine 10: a chroot of Debian 13"
  MIRROR=$(grep -rhoE '^(deb|URIs:) .*' /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -E 's/^(deb|URIs:) +(\[[^]]*\] +)?//' | awk 'NR == 1 {print $1}' || true)
  mmdebstrap --quiet --variant=minbase --include=wine64 trixie "$TARGET/debian13" "$MIRROR"
  mkdir -p "$TARGET"/debian13/{root,home,tmp}
fi

say "Windows CPython $V from panda3d $PANDA3D"
mkdir -p "$TARGET/download"
$PYTHON -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --platform win_amd64 --python-version "$V" --implementation cp \
  -d "$TARGET/download" "panda3d==$PANDA3D" 2>&1 | grep -v 'is ignored' || true
unzip -q -o "$TARGET"/download/panda3d-*-cp$N-cp$N-win_amd64.whl 'deploy_libs/*' -d "$TARGET/download"
L=$TARGET/download/deploy_libs
cp "$L/python$N.dll" "$W/"; cp "$L"/VCRUNTIME140*.dll "$W/"
for f in "$L"/*.pyd "$L"/lib*.dll "$L"/sqlite3.dll "$L"/zlib1.dll; do
  [ -e "$f" ] || continue
  case $f in *t-win_amd64.pyd|*/_test*|*/_tkinter.pyd|*/_msi.pyd) ;; *) cp "$f" "$W/DLLs/" ;; esac
done
STDLIB=$($PYTHON -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
tar -c -C "$STDLIB" --exclude=site-packages --exclude=dist-packages --exclude=__pycache__ --exclude=lib-dynload --exclude='config-*' \
  --exclude=./test --exclude=./idlelib --exclude=./turtledemo --exclude='_sysconfigdata*' . | tar -x -C "$W/Lib"
mkdir -p "$W/Lib/site-packages"

say "python.exe, python3.dll, and what Wine lacks"
B=$TARGET/build; mkdir -p "$B"; cd "$B"
cat > python.c <<'C'
#include <wchar.h>
__declspec(dllimport) int Py_Main(int, wchar_t **);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
C
cat > bcryptprimitives.c <<'C'
/* Programs of Rust 1.78 and later take their randomness from it (cryptography's _rust.pyd). */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
C
cat > icuuc.c <<'C'
/* Windows' own ICU: Qt6Core takes rare character sets from it. None is offered here. */
#define X __declspec(dllexport)
typedef void *P; typedef int *E; enum { UNSUPPORTED = 16 };
X void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
X void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
X P ucnv_open(P n, E e) { *e = UNSUPPORTED; return 0; }
X void ucnv_close(P c) {}
X void ucnv_reset(P c) {}
X signed char ucnv_getMaxCharSize(P c) { return 4; }
X P ucnv_getName(P c, E e) { *e = UNSUPPORTED; return 0; }
X void ucnv_getToUCallBack(P c, P *a, P *x) { *a = *x = 0; }
X void ucnv_getFromUCallBack(P c, P *a, P *x) { *a = *x = 0; }
X void ucnv_setToUCallBack(P c, P n, P nx, P o, P ox, E e) { *e = UNSUPPORTED; }
X void ucnv_setFromUCallBack(P c, P n, P nx, P o, P ox, E e) { *e = UNSUPPORTED; }
X void ucnv_cbToUWriteUChars(P a, P s, int l, int o, E e) { *e = UNSUPPORTED; }
X void ucnv_cbFromUWriteUChars(P a, P s, P l, int o, E e) { *e = UNSUPPORTED; }
X void ucnv_toUnicode(P c, P t, P tl, P s, P sl, P o, signed char f, E e) { *e = UNSUPPORTED; }
X void ucnv_fromUnicode(P c, P t, P tl, P s, P sl, P o, signed char f, E e) { *e = UNSUPPORTED; }
X int ucnv_toUCountPending(P c, E e) { return 0; }
X int ucnv_fromUCountPending(P c, E e) { return 0; }
X P ucnv_getStandardName(P n, P s, E e) { *e = UNSUPPORTED; return 0; }
X P ucnv_getAvailableName(int n) { return 0; }
X int ucnv_countAvailable(void) { return 0; }
C
$PYTHON - "$W/python$N.dll" "python$N" <<'PY'
import re, subprocess, sys
dll, stem = sys.argv[1:]
text = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", dll], check=True, capture_output=True, text=True).stdout
table = text.split("[Ordinal/Name Pointer] Table")[1]
names = re.findall(r"^\s*\[\s*\d+\]\s+(?:\+base\[\s*\d+\]\s+[0-9a-f]+\s+)?(\S+)\s*$", table, re.M)
assert len(names) > 1000, len(names)
open(f"{stem}.def", "w").write(f"LIBRARY {stem}.dll\nEXPORTS\n" + "".join(f"  {n}\n" for n in names))
open("python3.def", "w").write("LIBRARY python3.dll\nEXPORTS\n" + "".join(f"  {n} = {stem}.{n}\n" for n in names))
PY
GCC="x86_64-w64-mingw32-gcc -O2 -s"
x86_64-w64-mingw32-dlltool -d python$N.def -l libpython$N.a
$GCC -municode -mconsole python.c -o "$W/python.exe" libpython$N.a
$GCC -shared -nostdlib -Wl,--entry=0 python3.def -o "$W/python3.dll"
$GCC -shared bcryptprimitives.c -o bcryptprimitives.dll -ladvapi32
$GCC -shared icuuc.c -o icuuc.dll

cat > "$TARGET/winrun" <<'SH'
#!/bin/bash
# Runs a Windows program under Wine 10 from the chroot, which sees this machine's folders, name servers, X display and
# network (also that of a network namespace). As root.
HERE=$(dirname "$(realpath "$0")")
export HERE R=$HERE/debian13 WINEPREFIX=${WINEPREFIX:-$HERE/prefix} WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all}
export WINEDLLOVERRIDES="mscoree=d;mshtml=d;winemenubuilder.exe=d"
# WINE_APART=1: with a Wine server of its own. It makes the sockets, so each network namespace needs one.
export WINE_APART XDG_RUNTIME_DIR=/tmp/fmsdiag-wine; mkdir -p -m 700 $XDG_RUNTIME_DIR
exec unshare -m bash -c '
for f in /*; do
  case $f in /bin|/boot|/dev|/etc|/lib*|/lost+found|/proc|/run|/sbin|/sys|/usr|/var) continue ;; esac
  [ -d $f ] && mkdir -p $R$f && mount --bind $f $R$f
done
mount -t proc proc $R/proc; mount --rbind /dev $R/dev; mount --rbind /sys $R/sys
# read only: an update of the prefix would write the hosts file of Windows over that of this machine
for f in hosts resolv.conf; do
  touch $R/etc/$f; mount --bind $(realpath /etc/$f) $R/etc/$f; mount -o remount,bind,ro $R/etc/$f
done
[ -n "$WINE_APART" ] && mount -t tmpfs -o mode=700 apart $R/tmp/$(cat $WINEPREFIX/wineserver)
exec chroot $R /usr/bin/env -C "$PWD" /usr/lib/wine/wine64 "$@"' -- "$@"
SH
printf '#!/bin/bash\nexec "$(dirname "$(realpath "$0")")"/winrun "$(dirname "$(realpath "$0")")"/python/python.exe "$@"\n' > "$TARGET/winpy"
chmod +x "$TARGET"/winrun "$TARGET"/winpy

say "Wine's prefix"
unset DISPLAY
"$TARGET/winrun" wineboot -i
"$TARGET/winrun" winecfg -v win10
cp bcryptprimitives.dll icuuc.dll "$TARGET/prefix/drive_c/windows/system32/"
ETC=$TARGET/prefix/drive_c/windows/system32/drivers/etc; rm -f "$ETC/hosts"; ln -s /etc/hosts "$ETC/hosts"
# dnspython reads the name servers from the registry, where Wine writes none; each run can set its own:
KEY='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
"$TARGET/winrun" reg add "$KEY\\Interfaces" /f >/dev/null
"$TARGET/winrun" reg add "$KEY" /v NameServer /d "$(awk '/^nameserver/ {print $2; exit}' /etc/resolv.conf)" /f >/dev/null
"$TARGET/winpy" -c 'import sys, ssl, socket, asyncio, ctypes; print(sys.version, "on", sys.platform)'

say "Windows wheels of requirements-dev.txt"
$PYTHON - "$CHECKOUT/requirements-dev.txt" "$TARGET/requirements-windows.txt" "$V" "$SOURCE_ONLY" <<'PY'
# pip evaluates markers for the machine it runs on; here they are evaluated for Windows
import sys
from pip._vendor.packaging.requirements import Requirement
lock, out, v, source = sys.argv[1:]
windows = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64", "python_version": v,
    "python_full_version": v + ".9", "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": ""}
kept, built = [], []
for line in open(lock).read().replace("\\\n", " ").splitlines():
    head, *hashes = line.strip().split(" --hash=")
    if head and not head.startswith("#"):
        r = Requirement(head.strip())
        if r.marker is None or r.marker.evaluate(windows):
            pinned = f"{r.name}{r.specifier}" + "".join(" --hash=" + h.strip() for h in hashes)
            (built if r.name in source.split() else kept).append(pinned)
open(out, "w").write("\n".join(kept) + "\n")
open(out + ".source", "w").write("\n".join(built) + "\n")
PY
# This Python's pip unpacks them: Windows' own would take minutes under Wine.
PIP=($PYTHON -m pip --disable-pip-version-check)
quiet() { { "$@" 2>&1 || echo "failed: $*"; } | { grep -v 'is ignored' || true; }; }
quiet "${PIP[@]}" install -q --target "$W/Lib/site-packages" --no-deps --require-hashes --only-binary=:all: --platform win_amd64 \
  --python-version "$V" --implementation cp -r "$TARGET/requirements-windows.txt"
quiet "${PIP[@]}" wheel -q --no-deps --require-hashes -w "$TARGET/built" -r "$TARGET/requirements-windows.txt.source"
quiet "${PIP[@]}" install -q --target "$W/Lib/site-packages" --no-deps "$TARGET"/built/*.whl
say "done: $(PYTHONPATH=$(Z "$CHECKOUT") "$TARGET/winpy" -m fmsdiag --version)"
echo "$STAMP $V" > "$TARGET/stamp"
