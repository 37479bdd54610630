// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>A small root file system around the machine's static busybox. Each bundle has its own copy to modify.</summary>
internal static class Rootfs
{
    private const string Busybox = "/bin/busybox";
    private static readonly Lazy<string[]> _applets = new(() =>
        [.. Command.Run(Busybox, "--list").Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(applet => applet != "busybox")]);

    public const string Passwd = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n", Group = "root:x:0:\nuser:x:1000:\n";

    /// <summary>The names of busybox.</summary>
    public static IReadOnlyList<string> Applets => _applets.Value;

    public static void Make(string directory)
    {
        foreach (string name in (string[])["bin", "dev", "etc", "home/user", "proc", "root", "run", "sys", "tmp", "var"])
            Directory.CreateDirectory(Path.Combine(directory, name));
        File.SetUnixFileMode(Path.Combine(directory, "tmp"), UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);

        string busybox = Path.Combine(directory, "bin/busybox");
        Programs.Copy(Busybox, busybox);
        foreach (string applet in Applets)
            Assert.Equal(0, Libc.link(busybox, Path.Combine(directory, "bin", applet)));

        File.WriteAllText(Path.Combine(directory, "etc/passwd"), Passwd);
        File.WriteAllText(Path.Combine(directory, "etc/group"), Group);
    }
}
