// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

/// <summary>JsonSerializer is the oracle: it finds the members by reflection, our code lists them.</summary>
public class EveryPropertyTests
{
    [Fact]
    public void Config_is_read_as_the_serializer_reads_it() => ReadsAsTheOracle(utf8 => Config.Read(utf8));

    [Fact]
    public void Process_is_read_as_the_serializer_reads_it() => ReadsAsTheOracle(utf8 => Process.Read(utf8, out _));

    [Fact]
    public void Resources_are_read_as_the_serializer_reads_them() => ReadsAsTheOracle(utf8 => LinuxResources.Read(utf8, out _));

    [Fact]
    public void State_is_read_as_the_serializer_reads_it() => ReadsAsTheOracle(utf8 => State.Read(utf8));

    [Fact]
    public void Container_process_state_is_read_as_the_serializer_reads_it() => ReadsAsTheOracle(utf8 => ContainerProcessState.Read(utf8));

    [Fact]
    public void Config_is_written_as_the_serializer_writes_it_in_the_order_of_the_go_types() => WritesAsTheOracle<Config>();

    [Fact]
    public void State_is_written_as_the_serializer_writes_it() => WritesAsTheOracle<State>();

    [Fact]
    public void Container_process_state_is_written_as_the_serializer_writes_it() => WritesAsTheOracle<ContainerProcessState>();

    [Fact]
    public void Container_state_is_written_as_the_serializer_writes_it() => WritesAsTheOracle<ContainerState>();

    [Fact]
    public void An_empty_object_gives_what_the_types_start_with()
    {
        Assert.Equal(Serialized(new Config()), Serialized(Config.Read("{}"u8)));
    }

    [Fact]
    public void Collections_are_never_null_but_where_absence_has_a_meaning()
    {
        var config = new Config { Linux = new Linux { Seccomp = new LinuxSeccomp() }, Hooks = new Runcs.OciSpec.Hooks { Prestart = [new Hook()] } };
        Assert.Empty(config.Mounts);
        Assert.Empty(config.Annotations);
        Assert.Empty(config.Linux.Sysctl);
        Assert.Empty(config.Linux.Seccomp.Syscalls);
        Assert.Empty(config.Hooks.Prestart[0].Args);
        Assert.Null(config.Hooks.Prestart[0].Env);
        Assert.Null(config.Linux.Seccomp.Flags);
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> utf8);

    private static void ReadsAsTheOracle<T>(Reader<T> read)
    {
        string document = Serialized(FilledDocument.Create<T>());
        Assert.Equal(document, Serialized(read(Encoding.UTF8.GetBytes(document))));
    }

    // The serializer keeps the order of declaration, which is that of specs-go.
    private static void WritesAsTheOracle<T>()
        where T : WritableObject
    {
        T filled = FilledDocument.Create<T>();
        JsonText json = JsonText.Compact();
        filled.Write(json);
        Assert.Equal(Serialized(filled), Encoding.UTF8.GetString(json.Written));
    }

    private static string Serialized<T>(T value) => JsonSerializer.Serialize(value, FilledDocument.Oracle);
}
