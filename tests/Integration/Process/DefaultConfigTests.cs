// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Integration;

/// <summary>The whole config of <c>spec</c>: a program sees the same as under runc.</summary>
public class DefaultConfigTests
{
    private const string Probe = """
        echo "== identity"; id; uname -n; env | sort; umask; pwd; cat /proc/self/oom_score_adj
        echo "== status"; grep -E '^(Cap|NoNew|Groups|Uid|Gid|Sig[PBIC]|ShdPnd|Seccomp|Speculation|Umask)' /proc/self/status
        echo "== limits"; cat /proc/self/limits
        echo "== namespaces"; cat /proc/self/cgroup | wc -l; ip -o addr | sed 's/valid.*//'; cat /proc/sys/kernel/domainname
        echo "== dev"; ls -lan /dev /dev/pts /dev/shm /dev/mqueue | awk '{ print $1, $3, $4, $5, $6, $NF == "." || $NF == ".." ? "" : $9 $10 $11 }'
        echo "== files"; ls -ld / /proc /dev /sys /dev/shm | awk '{ print $1, $3, $4, $NF }'; wc -c < /proc/kcore; wc -c < /proc/timer_list; ls /proc/scsi /sys/firmware
        echo "== refusals"; for f in /file /proc/sys/kernel/shmmax /sys/file /proc/sysrq-trigger; do (echo x > $f) 2>/dev/null && echo "$f is written"; done
        echo "== mounts"; cat /proc/self/mountinfo
        """;

    public DefaultConfigTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    [Requirement("runtime/lifecycle-environment", "runtime/create-applies")]
    public void A_program_sees_what_it_sees_under_runc()
    {
        Requires.Program("runc");
        using Container container = new();
        container.Bundle.Shell(Probe + "\ntrue");
        container.Bundle.Write();
        Result ours = container.Run().Ok();
        Result theirs = Command.Run(Programs.Find("runc")!, "--root", container.Path("runc"), "run", "--bundle", container.Bundle.Directory, container.Id).Ok();
        Assert.Equal(Normalize(theirs.Stdout), Normalize(ours.Stdout));
    }

    // Without unspecified details: ids of mounts, the order in which hierarchies are mounted, and whether a mask denies
    // more than writing.
    private static string Normalize(string output)
    {
        string[] sections = output.Split("== mounts\n");
        IEnumerable<string> mounts = sections[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Mount)
            .Where(mount => !mount.StartsWith("/sys/fs/cgroup", StringComparison.Ordinal));
        return sections[0] + "== mounts\n" + string.Join('\n', mounts);
    }

    private static string Mount(string line)
    {
        string[] fields = line.Split(' '), afterDash = line[(line.IndexOf(" - ", StringComparison.Ordinal) + 3)..].Split(' ');
        bool mask = fields[4].StartsWith("/proc/", StringComparison.Ordinal) || fields[4].StartsWith("/sys/", StringComparison.Ordinal);
        string options = mask && afterDash[0] == "tmpfs" ? fields[5][..2] : fields[5];
        return string.Create(CultureInfo.InvariantCulture, $"{fields[4]} {options} {string.Join(' ', afterDash)}");
    }
}
