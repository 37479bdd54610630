# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The guest: a machine with pure cgroup v2, all controllers, AppArmor and all capabilities; see tests/Guest/README.md.

# Programs that create and run the guest, with their packages.
# shellcheck disable=SC2034 # build/tests.sh and tests/Guest/image.sh use it
readonly QEMU_PROGRAMS=(qemu-system-x86_64=qemu-system-x86 mke2fs=e2fsprogs cpio=cpio depmod=kmod)

# Limit for all tests of one boot, in seconds.
readonly GUEST_LIMIT=${GUEST_LIMIT:-900}

# guest [--newest] [--systemd] [--tests ARGUMENTS... | COMMAND...]: runs tests, a command or a shell in the guest.
guest() {
    local work project code=0
    work=$(mktemp -d)
    mkdir -p -- "$work/input/.guest"
    while [[ ${1-} = --newest || ${1-} = --systemd ]]; do
        : > "$work/input/.guest/${1#--}"
        shift
    done
    if [[ ${1-} = --tests ]]; then
        shift
        [[ $# -gt 0 ]] || die "guest --tests: which? For example -class '*CgroupV2*'"
        build_tests
        for project in "${TEST_PROJECTS[@]}"; do
            printf '%s\n' "$@" > "$work/input/.guest/$project.arguments"
        done
        set -- tests/Guest/run-tests.sh
    fi
    if [[ $# -gt 0 ]]; then
        printf '%s\n' "$*" > "$work/input/.guest/command"
    else
        : > "$work/input/.guest/interactive"
    fi
    tests/Guest/boot.sh "$work" "$GUEST_LIMIT" || code=$?
    rm -rf -- "$work"
    return "$code"
}

# guest_tests RESULTS [ARGUMENTS of the runner]: runs the tests that are marked for the guest or were skipped on this machine
# in one boot, and those for systemd in another.
guest_tests() {
    local results=$1 machine project work limit
    local -a arguments
    shift
    for machine in guest systemd; do
        work=$results/$machine
        mkdir -p -- "$work/input/.guest"
        : > "$results/$machine.tests"
        for project in "${TEST_PROJECTS[@]}"; do
            guest_methods "$machine" "$project" "$results" "$@" > "$work/methods" || no_list "$results" "$project ($machine)"
            [[ -s $work/methods ]] || continue
            sed 's/^/-method\n/' "$work/methods" > "$work/input/.guest/$project.arguments"
            mapfile -t arguments < "$work/input/.guest/$project.arguments"
            list_tests "$(test_program "$project")" "${arguments[@]}" >> "$results/$machine.tests" || no_list "$results" "$project ($machine)"
        done
        [[ $machine = guest ]] || : > "$work/input/.guest/systemd"
        printf '%s\n' tests/Guest/run-tests.sh > "$work/input/.guest/command"
        limit=$(remaining "$GUEST_LIMIT")
        # boot.sh keeps the limit, from when the guest is up; what it does before may take as long again.
        run_part "$results" "$machine" "$limit" timeout -k 10 $((limit + 600)) tests/Guest/boot.sh "$work" "$limit"
        if did_not_end "$results" "$machine" && [[ $(remaining "$GUEST_LIMIT") -gt 0 ]]; then
            # Seen once: both emulated processors busy, and nothing in the machine went on. Tests that hang do so again.
            say "$machine: did not end within $limit s, booted once more"
            sed -i '$d' "$results/parts"
            limit=$(remaining "$GUEST_LIMIT")
            run_part "$results" "$machine" "$limit" timeout -k 10 $((limit + 600)) tests/Guest/boot.sh "$work" "$limit"
        fi
        rm -rf -- "$work"
    done
}

# did_not_end RESULTS PART: its limit was over (timeout(1), boot.sh).
did_not_end() { [[ -e $1/$2.code && $(cat -- "$1/$2.code") -eq 124 ]]; }

# guest_methods MACHINE PROJECT RESULTS [ARGUMENTS]: lists the methods that the arguments select and that run on the machine.
guest_methods() {
    local machine=$1 project=$2 results=$3 program lists=$3/lists
    program=$(test_program "$project")
    shift 3
    mkdir -p -- "$lists"
    list_methods "$program" "$@" > "$lists/chosen" &&
        list_methods "$program" -trait machine=guest > "$lists/guest" &&
        list_methods "$program" -trait machine=systemd > "$lists/systemd" || return 1
    if [[ $machine = guest ]]; then
        skipped_methods "$results/$project.log" >> "$lists/guest"
        sort -u "$lists/guest" | comm -23 - "$lists/systemd" | comm -12 - "$lists/chosen"
    else
        comm -12 "$lists/chosen" "$lists/systemd"
    fi
}

# list_methods PROGRAM [ARGUMENTS]: sorted. The list may be empty; a program that cannot list is an error.
list_methods() {
    local list
    list=$("$@" -noColor -list methods < /dev/null) || return 1
    sed -n '/^Runcs\./p' <<< "$list" | sort -u
}

skipped_methods() {
    [[ ! -e $1 ]] || sed -nE 's/^    (Runcs\.[^( ]+).* \[SKIP\]$/\1/p' "$1"
}
