// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Runcs.Integration.Rootless;

/// <summary>Users of one machine do not meet, and runcs gives a user nothing that the kernel refuses to the user.</summary>
[InGuest]
public sealed class OtherUsersTests : IDisposable
{
    private readonly Container _container = new(), _other = new();
    private readonly OrdinaryUser _user = OrdinaryUser.Default, _second = OrdinaryUser.WithoutRanges(424203);

    public OtherUsersTests()
    {
        Requires.Root();
        Requires.Runcs();
        Prepare(_container, _user);
        Prepare(_other, _second);
    }

    public void Dispose()
    {
        Invoke(_container, _user, "delete", "--force", "same");
        Invoke(_other, _second, "delete", "--force", "same");
        _container.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Containers_of_two_users_have_the_same_id()
    {
        _container.Bundle.Shell("echo of the first; exec sleep 100").Write();
        _other.Bundle.Shell("echo of the second; exec sleep 100").Write();
        Invoke(_container, _user, "run", "--supervise", "--bundle", _container.Bundle.Directory, "same").Ok();
        Invoke(_other, _second, "run", "--supervise", "--bundle", _other.Bundle.Directory, "same").Ok();
        Eventually.True(() => Invoke(_container, _user, "logs", "same").Stdout == "of the first\n", () => Invoke(_container, _user, "logs", "same").ToString());
        Eventually.True(() => Invoke(_other, _second, "logs", "same").Stdout == "of the second\n", () => Invoke(_other, _second, "logs", "same").ToString());
        (int first, int second) = (Pid(_container, _user), Pid(_other, _second));
        Assert.NotEqual(first, second);
        Assert.Contains($"\nUid:\t{_user.Uid}\t", File.ReadAllText($"/proc/{first}/status"), StringComparison.Ordinal);
        Assert.Contains($"\nUid:\t{_second.Uid}\t", File.ReadAllText($"/proc/{second}/status"), StringComparison.Ordinal);
        Invoke(_other, _second, "kill", "same", "KILL").Ok();
        Invoke(_other, _second, "wait", "same").Exits(137);
        Invoke(_other, _second, "delete", "same").Ok();
        Assert.Equal("", Invoke(_other, _second, "list", "-q").Ok().Stdout);
        Assert.Equal("same\n", Invoke(_container, _user, "list", "-q").Ok().Stdout);
        Assert.Equal("0\n", Invoke(_container, _user, "exec", "same", "id", "-u").Ok().Stdout);
    }

    // The record names a process of root in the place of the container's.
    [Fact]
    public void A_record_of_the_users_own_making_reaches_no_process_of_another()
    {
        _container.Bundle.Args("/bin/sleep", "100").Write();
        Invoke(_container, _user, "create", "--bundle", _container.Bundle.Directory, "same").Ok();
        using RunningCommand victim = Command.Start(Options.Default, "sleep", "100");
        string init = Path.Combine(_container.Path("session"), "runcs/same/init"), before = new FileInfo(init).LinkTarget!;
        // proc_pid_stat(5): the 22nd field, counted behind the name. execve(2) closes descriptors before it sets the name, so that
        // a command that counts as started can still have that of a thread of the tests, with spaces.
        string start = File.ReadAllText($"/proc/{victim.Pid}/stat").Split(") ")[1].Split(' ')[22 - 3];
        Command.Run([.. _user.Prefix, "ln", "-sfn", string.Create(CultureInfo.InvariantCulture, $"{victim.Pid} {start}"), init]).Ok();
        foreach (string[] command in (string[][])[["kill", "same", "KILL"], ["delete", "--force", "same"], ["exec", "same", "id"], ["exec", "--tty=false", "same", "true"]])
        {
            Result result = Invoke(_container, _user, command).Fails();
            Assert.True(result.Stderr.Contains("(EPERM)", StringComparison.Ordinal) || result.Stderr.Contains("(EACCES)", StringComparison.Ordinal), result.ToString());
        }
        Assert.False(victim.HasExited);
        Command.Run([.. _user.Prefix, "ln", "-sfn", before, init]).Ok();
        Invoke(_container, _user, "delete", "--force", "same").Ok();
    }

    private static void Prepare(Container container, OrdinaryUser user)
    {
        user.Adopt(container);
        Directory.CreateDirectory(container.Path("session"), (UnixFileMode)0b111_000_000);
        user.Give(container.Path("session"));
    }

    private static Result Invoke(Container container, OrdinaryUser user, params string[] arguments) =>
        Command.Run(Options.Default with { Environment = new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = container.Path("session") } }, [.. user.Prefix, RuntimeUnderTest.Executable, .. arguments]);

    private static int Pid(Container container, OrdinaryUser user) =>
        (int)System.Text.Json.Nodes.JsonNode.Parse(Invoke(container, user, "state", "same").Ok().Stdout)!["pid"]!;
}
