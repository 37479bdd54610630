// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Runcs.Native.Arch;

namespace Runcs.Integration;

/// <summary>One measurement of each command.</summary>
internal static class CommandCosts
{
    public static IEnumerable<(string Command, Costs Costs)> Measure(IReadOnlyList<string> prefix)
    {
        using (Container container = Program("/bin/true"))
            yield return ("run", Count(prefix, container, "run", "--bundle", container.Bundle.Directory, container.Id));
        using (Container container = Program("/bin/true"))
        {
            container.Bundle.Linux["seccomp"] = Profile();
            container.Bundle.Write();
            yield return ("run, seccomp", Count(prefix, container, "run", "--bundle", container.Bundle.Directory, container.Id));
        }
        using (Container container = Program("/bin/sleep", "1000"))
        {
            container.Runtime.Prefix = prefix;
            yield return ("create", Count(prefix, container, "create", "--bundle", container.Bundle.Directory, container.Id));
            yield return ("start", Count(prefix, container, "start", container.Id));
            yield return ("state", Count(prefix, container, "state", container.Id));
            yield return ("exec", Count(prefix, container, "exec", container.Id, "/bin/true"));
            yield return ("kill", Count(prefix, container, "kill", container.Id, "KILL"));
            container.WaitForStatus("stopped");
            yield return ("delete", Count(prefix, container, "delete", container.Id));
        }
    }

    // As large as an engine's default: all calls but some, for three architectures.
    private static JsonObject Profile()
    {
        string[] allowed = ["arch_prctl", "readlink", .. Enum.GetNames<SystemCall>().Select(name => name["SYS_".Length..]).Where(name => !name.Contains("module", StringComparison.Ordinal) && !name.Contains("key", StringComparison.Ordinal))];
        JsonObject profile = SeccompTests.Profile("SCMP_ACT_ERRNO", SeccompTests.Rule("SCMP_ACT_ALLOW", allowed));
        profile["architectures"] = new JsonArray("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
        return profile;
    }

    private static Container Program(params string[] args)
    {
        Container container = new();
        container.Bundle.Args(args);
        container.Bundle.Write();
        return container;
    }

    // The number of pages that a fault maps depends on how the page cache holds the file (in large folios after a copy, in single pages
    // after a read from the disk). On a new tmpfs it is always the same.
    private static Costs Count(IReadOnlyList<string> prefix, Container container, params string[] arguments)
    {
        const string script = """mount -t tmpfs tmpfs "$0" && cp -- "$1" "$0/runcs" && shift && exec "$@" """;
        string place = Directory.CreateDirectory(container.Path("bin")).FullName;
        return CountedCommand.Run(
            [.. prefix, "unshare", "--mount", "--propagation", "private", "sh", "-c", script, place, RuntimeUnderTest.Executable],
            [Path.Combine(place, "runcs"), "--root", container.Runtime.Root, .. arguments]);
    }
}
