#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# compile.sh DIRECTORY ...: compiles the test programs' assemblies ahead of time, in their place: the just-in-time compiler is
# most of what a test program does in an emulated machine. What was compiled once is kept in out/guest/compiled. Where the
# compiler's package cannot be had, the tests take twice the time and nothing else.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly CACHE=$PWD/out/guest/compiled PACKAGE=microsoft.netcore.app.crossgen2.linux-x64

# The SDK knows which version belongs to it: it comes with the restore of a project that wants it.
find_compiler() {
    local project
    project=$(mktemp -d)
    cat > "$project/guest.csproj" << 'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <PublishReadyToRun>true</PublishReadyToRun>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
</Project>
END
    timeout 120 dotnet restore "$project/guest.csproj" -v quiet < /dev/null > /dev/null 2>&1 || true
    rm -rf -- "$project"
    find "${NUGET_PACKAGES:-$HOME/.nuget/packages}/$PACKAGE" -name crossgen2 -type f 2> /dev/null | sort -V | tail -n 1
}

# compile FILE: takes the compiled form's place only when it is whole. Nothing is lost if there is none.
compile() {
    local kept
    kept=$CACHE/$(sha256sum < "$1" | cut -d' ' -f1).dll
    if [[ ! -e $kept ]]; then
        "$COMPILER" "$1" -r "$RUNTIME/*.dll" -r "${1%/*}/*.dll" -o "$kept.$$" --targetos:linux --targetarch:x64 -O > /dev/null 2>&1 || return 0
        mv -- "$kept.$$" "$kept"
    fi
    COMPILED+=("$kept=$1")
}

mkdir -p -- "$CACHE"
COMPILER=$(cat -- "$CACHE/compiler" 2> /dev/null) || true
if [[ ! -x $COMPILER ]]; then
    COMPILER=$(find_compiler)
    printf '%s\n' "$COMPILER" > "$CACHE/compiler"
fi
[[ -x $COMPILER ]] || exit 0
RUNTIME=$(cat -- out/guest/runtime)
find "$CACHE" -name '*.dll*' -mtime +2 -delete

for directory in "$@"; do
    # All are compiled before the first is exchanged: they are each other's references.
    COMPILED=()
    for file in "$directory"/*.dll; do
        [[ ! -e $file ]] || compile "$file"
    done
    for pair in "${COMPILED[@]}"; do
        cp -- "${pair%%=*}" "${pair#*=}"
    done
done
