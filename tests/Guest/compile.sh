#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# compile.sh DIRECTORY ...: compiles the test programs' assemblies ahead of time, in place, since in an emulated machine a test
# program spends most of its time in the just-in-time compiler. Results are cached in out/guest/compiled. Without the compiler's
# package the tests take twice as long.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly CACHE=$PWD/out/guest/compiled PACKAGE=microsoft.netcore.app.crossgen2.linux-x64

# The SDK knows the matching version: restoring a project that uses it downloads it.
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

# compile FILE: adds the compiled assembly to the cache. A failure is not an error.
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
    # All are compiled before the first is replaced, since they reference each other.
    COMPILED=()
    for file in "$directory"/*.dll; do
        [[ ! -e $file ]] || compile "$file"
    done
    for pair in "${COMPILED[@]}"; do
        cp -- "${pair%%=*}" "${pair#*=}"
    done
done
