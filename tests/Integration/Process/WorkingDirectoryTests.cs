// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>config.md, "Process": cwd.</summary>
[OnAnyRuntime]
public class WorkingDirectoryTests
{
    // Changes the runtime's caller: sh runs this with the command line as "$@".
    private const string Shell = "/bin/sh";

    public WorkingDirectoryTests() => Requires.Root();

    [Fact]
    public void A_missing_working_directory_is_made()
    {
        using Container container = new();
        container.Bundle.Shell("pwd; stat -c '%a %u' . ..").Process["cwd"] = "/new/deep";
        Assert.Equal("/new/deep\n755 0\n755 0\n", container.Run().Ok().Stdout);
    }

    // path_resolution(7): ".." is the parent of the directory that the path has reached, which must exist.
    [Theory]
    [InlineData("/a/../b", "/b", "/a /b")]
    [InlineData("/a/b/../c", "/a/c", "/a /a/b /a/c")]
    [InlineData("/tmp/x/..", "/tmp", "/tmp/x")]
    [InlineData("/tmp/x/../y/", "/tmp/y", "/tmp/x /tmp/y")]
    [InlineData("/l/../q", "/tmp/q", "/tmp/deep /tmp/q")]
    [InlineData("/x/../../../q", "/q", "/q /x")]
    [InlineData("/way/../e", "/e", "/e /k /tmp/f")]
    [InlineData("/a/./b//", "/a/b", "/a /a/b")]
    public void The_working_directory_is_made_and_entered_by_one_path(string cwd, string entered, string made)
    {
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "tmp"));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "l"), "/tmp/deep");
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "way"), "tmp/f/../../k");
        string[] before = Directories();
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = cwd;
        Assert.Equal(entered + "\n", container.Run().Ok().Stdout);
        Assert.Equal(made, string.Join(' ', Directories().Except(before)));

        string[] Directories() => [.. Directory.GetDirectories(container.Bundle.Rootfs, "*", SearchOption.AllDirectories)
            .Where(path => new DirectoryInfo(path).LinkTarget == null).Select(path => path[container.Bundle.Rootfs.Length..]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void The_working_directory_may_be_a_link_inside_the_root()
    {
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/home/user");
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = "/link";
        Assert.Equal("/home/user\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_working_directory_that_only_root_may_enter_is_entered_as_root()
    {
        using Container container = new();
        string directory = Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "private/sub")).FullName;
        File.SetUnixFileMode(Path.GetDirectoryName(directory)!, (UnixFileMode)0b111_000_000);
        container.Bundle.Args("/bin/readlink", "/proc/self/cwd").Process["cwd"] = "/private/sub";
        ProcessTests.User(container.Bundle, 1000);
        Assert.Equal("/private/sub\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_working_directory_that_is_a_file_fails()
    {
        using Container container = new();
        container.Bundle.Process["cwd"] = "/etc/passwd";
        Assert.Contains("not a directory", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }
}
