// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli;

internal static class UpdateVerb
{
    public static Verb Define() => new("update", "change the resource limits of a container (not supported yet)", _ => Verbs.NotYet("update"))
    {
        Usage = "<container-id>",
        Flags =
        [
            new(FlagKind.Text, "resources", "file with the resources as JSON, or - for standard input; the other flags then have no effect", 'r'),
            new(FlagKind.Text, "blkio-weight", "weight of block input and output, 10 to 1000"),
            new(FlagKind.Text, "cpu-period", "CPU period in microseconds"),
            new(FlagKind.Text, "cpu-quota", "CPU time in each period, in microseconds"),
            new(FlagKind.Text, "cpu-burst", "CPU time that may be saved up, in microseconds"),
            new(FlagKind.Text, "cpu-share", "CPU shares"),
            new(FlagKind.Text, "cpu-rt-period", "CPU period for realtime scheduling, in microseconds"),
            new(FlagKind.Text, "cpu-rt-runtime", "CPU time for realtime scheduling, in microseconds"),
            new(FlagKind.Text, "cpuset-cpus", "CPUs to use"),
            new(FlagKind.Text, "cpuset-mems", "memory nodes to use"),
            new(FlagKind.Text, "memory", "memory limit in bytes"),
            new(FlagKind.Text, "memory-reservation", "soft memory limit in bytes"),
            new(FlagKind.Text, "memory-swap", "limit of memory and swap in bytes; -1 for none"),
            new(FlagKind.Text, "cpu-idle", "1 for idle scheduling"),
            new(FlagKind.Text, "pids-limit", "limit of processes; -1 for none"),
            new(FlagKind.Text, "l3-cache-schema", "schema of the L3 cache"),
            new(FlagKind.Text, "mem-bw-schema", "schema of the memory bandwidth"),
            new(FlagKind.Text, "kernel-memory", "has no effect") { Hidden = true },
            new(FlagKind.Text, "kernel-memory-tcp", "has no effect") { Hidden = true },
        ],
        LeastArguments = 1,
        MostArguments = 1,
    };
}
