#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# image.sh [--newest]: creates the guest's kernel, initrd and root filesystem from Debian packages, once. They stay in out/guest
# until this file, the initrd's script or the .NET runtime changes. With --newest the kernel is that of Debian's suite in development
# at that time, in out/guest/newest.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
# shellcheck source=build/binary.sh
. build/binary.sh
# shellcheck source=build/guest.sh
. build/guest.sh

readonly GUEST=$PWD/out/guest
readonly IMAGE=$GUEST${1:+/newest}

# Dependencies are added. usr-is-merged replaces usrmerge, which depends on perl. dbus-user-session and libpam-systemd give
# users a session, uidmap more than one id.
readonly PACKAGES=(
    apparmor base-files base-passwd bash busybox-static coreutils crun dbus dbus-user-session findutils grep gzip hostname iproute2 kmod
    libc-bin libgcc-s1 libpam-systemd libstdc++6 mawk mount procps runc sed strace systemd tar uidmap usr-is-merged util-linux zlib1g
)

# Dependencies that only the scripts of packages use, which are not run.
readonly UNUSED=(debconf perl-base)

# Units that a machine which lives for a minute does not need; each would take time to start.
readonly MASKED_UNITS=(
    dev-hugepages.mount dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer getty@tty1.service getty.target
    kmod-static-nodes.service ldconfig.service modprobe@.service proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount
    remote-fs.target sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount
    systemd-ask-password-console.path systemd-ask-password-wall.path systemd-binfmt.service systemd-boot-system-token.service
    systemd-firstboot.service systemd-journal-catalog-update.service systemd-journal-flush.service
    systemd-machine-id-commit.service systemd-modules-load.service systemd-networkd.service systemd-networkd.socket
    systemd-pstore.service systemd-random-seed.service systemd-remount-fs.service systemd-resolved.service
    systemd-sysctl.service systemd-sysusers.service systemd-timesyncd.service systemd-tmpfiles-clean.timer
    systemd-tmpfiles-setup-dev.service systemd-tmpfiles-setup.service systemd-update-done.service systemd-update-utmp.service
    systemd-user-sessions.service
)

# Modules that the initrd needs; their dependencies are added.
readonly BOOT_MODULES=(virtio_pci virtio_blk virtio_console)

# The newest .NET runtime of the tests' major version: /somewhere/shared/Microsoft.NETCore.App/VERSION.
dotnet_runtime() {
    local major
    major=$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' global.json)
    dotnet --list-runtimes | sed -nE "s|^Microsoft.NETCore.App ($major\\.[0-9.]+) \\[(.*)\\]\$|\2/\1|p" | tail -n 1
}

make_image() {
    local tree kernel version
    rm -f -- "$IMAGE/key"
    tree=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf -- '$tree'" EXIT
    [[ $IMAGE = "$GUEST" ]] || other_kernels
    kernel=$(newest_kernel)
    if [[ -z $kernel ]] || ! download "$kernel"; then
        # The package lists may be old or missing.
        apt-get -qq update < /dev/null
        kernel_apt get -qq update < /dev/null
        kernel=$(newest_kernel)
        [[ -n $kernel ]] || die "apt knows no linux-image-cloud-amd64: the guest is made of Debian's packages"
        download "$kernel" || die "cannot download the guest's packages"
    fi
    version=${kernel#linux-image-}
    unpack "$tree"
    # Newer packages have it beside the modules.
    mv -- "$tree/boot/vmlinuz-$version" "$IMAGE/vmlinuz" 2> /dev/null || mv -- "$tree/usr/lib/modules/$version/vmlinuz" "$IMAGE/vmlinuz"
    rm -rf -- "${tree:?}/boot"
    depmod -b "$tree" "$version"
    make_initrd "$tree" "$version"
    configure "$tree"
    rm -f -- "$IMAGE/root.ext4"
    # Space for what tests write; the file is sparse. Features that a temporary filesystem does not need are off.
    truncate -s 4G "$IMAGE/root.ext4"
    mke2fs -q -t ext4 -O ^has_journal,^metadata_csum,^64bit -E lazy_itable_init=1,root_owner=0:0 -m 0 -d "$tree" "$IMAGE/root.ext4"
}

# kernel_apt get|cache ARGUMENTS...: apt-get or apt-cache, for the kernel's packages.
kernel_apt() { "apt-$1" "${KERNEL_APT[@]}" "${@:2}"; }
KERNEL_APT=(-o APT::Sandbox::User=root)

# With --newest they come from another suite, whose lists are not this machine's. Its Release file expires.
other_kernels() {
    mkdir -p -- "$IMAGE/apt/lists/partial"
    newest_source > "$IMAGE/apt/sources.list"
    KERNEL_APT+=(-o Dir::Etc::SourceList="$IMAGE/apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$IMAGE/apt/lists"
        -o Dir::Cache="$IMAGE/apt" -o Acquire::Check-Valid-Until=false)
}

# Empty without package lists, of which apt-cache complains.
newest_kernel() { { kernel_apt cache depends linux-image-cloud-amd64 2> /dev/null || true; } | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p'; }

# kernel_packages KERNEL: newer ones are in parts, which the package of that name needs.
kernel_packages() {
    printf '%s\n' "$1"
    kernel_apt cache depends "$1" | sed -nE 's/^ *Depends: (linux-(base|binary|modules)-[0-9].*)/\1/p'
}

# download KERNEL: the packages with all their dependencies, and the kernel, into IMAGE/packages.
download() {
    local packages=$IMAGE/packages kernel
    mapfile -t kernel < <(kernel_packages "$1")
    mkdir -p -- "$packages/partial"
    : > "$packages/none"
    rm -f -- "$packages"/*.deb
    DEBIAN_FRONTEND=noninteractive apt-get -qq --yes --download-only --no-install-recommends -o Dir::State::Status="$packages/none" \
        -o Dir::Cache::Archives="$packages" -o APT::Sandbox::User=root install "${PACKAGES[@]}" < /dev/null > /dev/null &&
        (cd -- "$packages" && kernel_apt get -qq download "${kernel[@]}" < /dev/null > /dev/null)
}

# unpack DIRECTORY: packages are not configured; configure does what the guest needs of their scripts.
unpack() {
    local directory package
    for package in "${UNUSED[@]}"; do
        rm -f -- "$IMAGE/packages/$package"_*.deb
    done
    for directory in bin sbin lib lib64; do
        mkdir -p -- "$1/usr/$directory"
        ln -s "usr/$directory" "$1/$directory"
    done
    for package in "$IMAGE"/packages/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -C "$1" -x --keep-directory-symlink \
            --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='./usr/share/i18n' --exclude='./usr/share/zoneinfo'
    done
    rm -rf -- "$IMAGE/packages"
}

# make_initrd DIRECTORY VERSION: busybox and the modules for disks and console.
make_initrd() {
    local initrd module file
    initrd=$(mktemp -d)
    mkdir -p -- "$initrd"/{bin,dev,proc,sys,root,modules}
    cp -- "$1/usr/bin/busybox" "$initrd/bin/busybox"
    install -m 755 tests/Guest/initrd.sh "$initrd/init"
    for module in "${BOOT_MODULES[@]}"; do
        modprobe -d "$1" -S "$2" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
    done | awk '!seen[$0]++' > "$initrd/files"
    : > "$initrd/modules/order"
    while read -r file; do
        module=${file##*/}
        module=${module%%.*}
        case $file in
            *.xz) xz -dc -- "$file" > "$initrd/modules/$module.ko" ;;
            *) cp -- "$file" "$initrd/modules/$module.ko" ;;
        esac
        printf '%s\n' "$module" >> "$initrd/modules/order"
    done < "$initrd/files"
    rm -- "$initrd/files"
    (cd -- "$initrd" && find . | cpio --quiet -o -H newc) | gzip -1 > "$IMAGE/initrd"
    rm -rf -- "$initrd"
}

# configure DIRECTORY: does the work of the packages' own scripts.
configure() {
    local unit
    mkdir -p -- "$1"/{root,proc,sys,dev,run,tmp,runcs} "$1/etc/systemd/system"
    cp -- "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
    cp -- "$1/usr/share/base-passwd/group.master" "$1/etc/group"
    printf 'messagebus:x:100:100::/nonexistent:/usr/sbin/nologin\n' >> "$1/etc/passwd"
    printf 'messagebus:x:100:\nsystemd-journal:x:101:\n' >> "$1/etc/group"
    add_user "$1" user 1000 100000
    add_user "$1" other 1001 165536
    configure_pam "$1"
    printf 'guest\n' > "$1/etc/hostname"
    printf '127.0.0.1 localhost guest\n' > "$1/etc/hosts"
    # Any value; without one systemd treats the boot as the first one.
    printf '72756e63730000000000000000000001\n' > "$1/etc/machine-id"
    ln -sf dash "$1/usr/bin/sh"
    [[ -e $1/usr/bin/dash ]] || ln -sf bash "$1/usr/bin/sh"
    ln -sf mawk "$1/usr/bin/awk"
    for unit in "${MASKED_UNITS[@]}"; do
        ln -sf /dev/null "$1/etc/systemd/system/$unit"
    done
    rm -rf -- "$1"/usr/lib/systemd/system-generators/*
    # With the host resolver, /somewhere/host/fxr/VERSION.
    mkdir -p -- "$1/usr/share/dotnet"/{shared/Microsoft.NETCore.App,host/fxr}
    cp -a -- "$DOTNET" "$1/usr/share/dotnet/shared/Microsoft.NETCore.App/"
    cp -a -- "${DOTNET%/shared/*}/host/fxr/${DOTNET##*/}" "$1/usr/share/dotnet/host/fxr/"
    ldconfig -r "$1"
}

# add_user DIRECTORY NAME ID RANGE: a user with a group of that name and id, a home directory, and 65536 ids from RANGE on.
add_user() {
    printf '%s:x:%s:%s::/home/%s:/bin/bash\n' "$2" "$3" "$3" "$2" >> "$1/etc/passwd"
    printf '%s:x:%s:\n' "$2" "$3" >> "$1/etc/group"
    printf '%s:%s:65536\n' "$2" "$4" | tee -a "$1/etc/subuid" >> "$1/etc/subgid"
    install -d -o "$3" -g "$3" -m 700 "$1/home/$2"
}

# configure_pam DIRECTORY: root may become any user, who then has a session; nobody else logs in.
configure_pam() {
    printf 'auth required pam_deny.so\n' > "$1/etc/pam.d/common-auth"
    printf 'account required pam_permit.so\n' > "$1/etc/pam.d/common-account"
    printf 'password required pam_deny.so\n' > "$1/etc/pam.d/common-password"
    printf 'session required pam_permit.so\n' > "$1/etc/pam.d/common-session-noninteractive"
    printf 'session required pam_permit.so\nsession optional pam_systemd.so\n' > "$1/etc/pam.d/common-session"
}

main() {
    local key
    need "${QEMU_PROGRAMS[@]}"
    DOTNET=$(dotnet_runtime)
    [[ -d $DOTNET ]] || die "no .NET runtime found for the guest"
    key=$({ cat -- tests/Guest/image.sh tests/Guest/initrd.sh && printf '%s\n' "$DOTNET"; } | sha256sum)
    mkdir -p -- "$IMAGE"
    # A second process waits and finds it done.
    exec 9> "$IMAGE/lock"
    flock 9
    [[ $(cat -- "$IMAGE/key" 2> /dev/null) != "$key" ]] || return 0
    say "creating the guest's image (once)"
    make_image
    rm -rf -- "$IMAGE/apt"
    printf '%s\n' "$DOTNET" > "$GUEST/runtime"
    printf '%s\n' "$key" > "$IMAGE/key"
}

main
