// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Commands;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Conformance.Containers;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly string _root = Path.Combine(Directory.CreateTempSubdirectory("runcs-state-").FullName, "a", "root");

    [Fact]
    public void Create_makes_the_root_for_its_owner_alone()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_root));
        Assert.Equal(Path.Combine(_root, "c1"), directory.Path);
        Assert.True(Directory.Exists(directory.Path));
    }

    [Fact]
    public void An_id_is_taken_once()
    {
        using StateDirectory first = StateDirectory.Create(_root, "c1");
        first.WriteRecord(new ContainerRecord { Id = "c1" });
        Assert.Equal($"container with given ID already exists: {_root}/c1: delete that container first, or choose another id", Assert.Throws<RuncsException>(() => StateDirectory.Create(_root, "c1")).Message);
    }

    [Fact]
    public void The_remains_of_a_killed_create_are_reported_as_such()
    {
        Directory.CreateDirectory(Path.Combine(_root, "c1"));
        Assert.Contains("delete --force", Assert.Throws<RuncsException>(() => StateDirectory.Create(_root, "c1")).Message, StringComparison.Ordinal);
        Assert.Null(StateDirectory.PeekRecord(_root, "c1"));
        Assert.StartsWith($"container does not exist: \"c1\" below {_root}; ", Assert.Throws<RuncsException>(() => DeleteCommand.Run(_root, "c1", force: false)).Message, StringComparison.Ordinal);
        DeleteCommand.Run(_root, "c1", force: true);
        Assert.False(Directory.Exists(Path.Combine(_root, "c1")));
    }

    [Fact]
    public void A_missing_container_has_no_directory_and_no_record()
    {
        Assert.Null(StateDirectory.Open(_root, "c1"));
        Assert.Null(StateDirectory.PeekRecord(_root, "c1"));
        Assert.False(StateDirectory.IsBusy(_root, "c1"));
    }

    [Fact]
    public void The_record_and_the_config_are_read_back()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        Assert.Null(directory.ReadRecord());
        directory.WriteConfig("{}"u8);
        directory.WriteRecord(new ContainerRecord { Id = "c1", Bundle = "/old, and longer than the new one" });
        directory.WriteRecord(new ContainerRecord { Id = "c1", Bundle = "/new" });
        Assert.Equal("/new", directory.ReadRecord()!.Bundle);
        Assert.Equal("/new", StateDirectory.PeekRecord(_root, "c1")!.Bundle);
        Assert.Equal("{}"u8.ToArray(), directory.ReadConfig());
        Assert.Equal(["config.json", "state.json"], Directory.GetFiles(directory.Path).Select(file => Path.GetFileName(file)!).Order());
    }

    [Fact]
    public void A_stage_waits_from_the_offer_to_the_end_of_its_descriptors()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        (Fd start, Fd report) = directory.MakeChannels();
        Assert.Null(StateDirectory.StageWaits(_root, "c1"));
        Assert.True(directory.WasNeverOffered());
        directory.OfferStart();
        Assert.False(directory.WasNeverOffered());
        Assert.True(StateDirectory.StageWaits(_root, "c1"));
        start.Dispose();
        Assert.False(StateDirectory.StageWaits(_root, "c1"));
        Assert.Null(directory.OpenStart());
        report.Dispose();
    }

    [Fact]
    public void Removing_takes_all_that_is_in_it_and_may_be_repeated()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        directory.WriteRecord(new ContainerRecord());
        (Fd start, Fd report) = directory.MakeChannels();
        start.Dispose();
        report.Dispose();
        Directory.CreateDirectory(Path.Combine(directory.Path, "notify", "deeper"));
        File.WriteAllText(Path.Combine(directory.Path, "notify", "deeper", "file"), "");
        directory.Remove();
        Assert.False(Directory.Exists(directory.Path));
        Assert.False(directory.IsLinked);
        directory.Remove();
    }

    [Fact]
    public void Removing_leaves_a_new_container_of_the_same_id_alone()
    {
        using StateDirectory old = StateDirectory.Create(_root, "c1");
        old.Remove();
        using StateDirectory young = StateDirectory.Create(_root, "c1");
        young.WriteRecord(new ContainerRecord { Id = "c1" });
        old.Remove();
        Assert.NotNull(young.ReadRecord());
        Assert.True(young.IsLinked);
    }

    [Fact]
    public void A_lock_timeout_names_the_holder()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        Assert.True(StateDirectory.IsBusy(_root, "c1"));
        string message = Assert.Throws<RuncsException>(() => StateDirectory.Open(_root, "c1")).Message;
        Assert.Contains($"process {Environment.ProcessId} (", message, StringComparison.Ordinal);
        directory.Dispose();
        Assert.False(StateDirectory.IsBusy(_root, "c1"));
    }

    [Fact]
    public void One_of_many_concurrent_creates_succeeds()
    {
        int won = 0;
        Parallel.For(0, 16, _ =>
        {
            try
            {
                using StateDirectory directory = StateDirectory.Create(_root, "c1");
                directory.WriteRecord(new ContainerRecord { Id = "c1" });
                Interlocked.Increment(ref won);
            }
            catch (RuncsException e)
            {
                Assert.StartsWith("container with given ID already exists", e.Message, StringComparison.Ordinal);
            }
        });
        Assert.Equal(1, won);
    }

    public void Dispose() => Directory.Delete(Path.GetFullPath(Path.Combine(_root, "..", "..")), recursive: true);

    [Fact]
    public void The_process_is_kept_beside_the_record_and_can_be_replaced()
    {
        using StateDirectory directory = StateDirectory.Create(_root, "c1");
        directory.WriteRecord(new ContainerRecord { Id = "c1" });
        Assert.Equal(ProcessIdentity.None, directory.ReadRecord()!.Init);
        directory.WriteInit(new ProcessIdentity(42, ulong.MaxValue));
        Assert.Equal(new ProcessIdentity(42, ulong.MaxValue), StateDirectory.PeekRecord(_root, "c1")!.Init);
        directory.WriteInit(new ProcessIdentity(7, 8));
        Assert.Equal(new ProcessIdentity(7, 8), directory.ReadRecord()!.Init);
    }
}
