// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

public class ReadingTests
{
    [Fact]
    [Requirement("config/unknown-properties")]
    public void Unknown_properties_are_ignored_as_config_md_requires()
    {
        Config config = Config.Read("""
            {"solaris": {"anet": [{"deep": [1, -2.5e3, "\u00e9", null, true, false, {}, []]}]}, "hostname": "a", "x": null}
            """u8);
        Assert.Equal("a", config.Hostname);
    }

    [Fact]
    public void A_null_counts_as_absent()
    {
        Config config = Config.Read("""{"hostname": null, "process": null, "mounts": null, "annotations": {"a": null}, "linux": {"resources": {"pids": {"limit": null}}}}"""u8);
        Assert.Null(config.Hostname);
        Assert.Null(config.Process);
        Assert.Empty(config.Mounts);
        Assert.Empty(config.Annotations);
        Assert.Null(config.Linux!.Resources!.Pids!.Limit);
    }

    [Fact]
    public void The_last_of_duplicate_keys_wins_and_objects_merge_as_in_go()
    {
        Config config = Config.Read("""
            {"hostname": "a", "process": {"cwd": "/a", "args": ["a", "b"]}, "annotations": {"k": "1", "l": "1"},
             "hostname": "b", "process": {"args": ["c"]}, "annotations": {"k": "2"}}
            """u8);
        Assert.Equal("b", config.Hostname);
        Assert.Equal("/a", config.Process!.Cwd);
        Assert.Equal(["c"], config.Process.Args);
        Assert.Equal("2", config.Annotations["k"]);
        Assert.Equal("1", config.Annotations["l"]);
    }

    [Fact]
    public void Names_are_case_sensitive()
    {
        Assert.Null(Config.Read("""{"HostName": "a", "hostNAME": "b"}"""u8).Hostname);
    }

    [Fact]
    public void Escapes_in_names_and_values_are_resolved()
    {
        Config config = Config.Read("""{"\u0068ostname": "\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00", "annotations": {"\u006b\"": "a\u0000b"}}"""u8);
        Assert.Equal("\"\\/\b\f\n\r\t\u00e9\U0001F600", config.Hostname);
        Assert.Equal("a\0b", config.Annotations["k\""]);
    }

    // The scan takes eight bytes at a time, so each byte that ends or interrupts it is tried at each of the eight
    // positions.
    [Theory]
    [InlineData("\\\"")]
    [InlineData("\\n")]
    [InlineData("\\u00e9")]
    [InlineData(" ")]
    [InlineData("!#[]~\u007f")]
    [InlineData("\u00e9\u20ac\U0001F600")]
    public void Whatever_interrupts_a_string_is_seen_at_any_place(string interruption)
    {
        for (int before = 0; before < 20; before++)
        {
            for (int after = 0; after < 20; after++)
            {
                string document = $$"""{"hostname": "{{new string('a', before)}}{{interruption}}{{new string('b', after)}}", "domainname": "c"}""";
                Config config = Config.Read(Encoding.UTF8.GetBytes(document));
                using JsonDocument oracle = JsonDocument.Parse(document);
                Assert.Equal(oracle.RootElement.GetProperty("hostname").GetString(), config.Hostname);
                Assert.Equal("c", config.Domainname);
            }
        }
    }

    [Fact]
    public void Every_kind_of_white_space_may_stand_anywhere()
    {
        Config config = Config.Read(" \t\r\n{ \n\"process\" : \r{ \"args\" : [ \"a\" , \"b\" ] , \"env\" : [ ] } }\n "u8);
        Assert.Equal(["a", "b"], config.Process!.Args);
    }

    [Fact]
    public void Arrays_and_strings_of_any_length_are_read_whole()
    {
        string[] arguments = [.. Enumerable.Range(0, 1000).Select(at => new string('\u00e9', at))];
        string numbers = string.Join(',', Enumerable.Range(0, 1000));
        string mounts = string.Join(',', Enumerable.Range(0, 1000).Select(at => $$"""{"destination":"/{{at}}"}"""));
        Config config = Config.Read(Encoding.UTF8.GetBytes($$$"""
            {"process": {"args": [{{{string.Join(',', arguments.Select(text => '"' + text + '"'))}}}], "user": {"additionalGids": [{{{numbers}}}]}}, "mounts": [{{{mounts}}}]}
            """));
        Assert.Equal(arguments, config.Process!.Args);
        Assert.Equal(Enumerable.Range(0, 1000).Select(at => (uint)at), config.Process.User.AdditionalGids);
        Assert.Equal(Enumerable.Range(0, 1000).Select(at => "/" + at), config.Mounts.Select(mount => mount.Destination));
    }

    [Fact]
    public void Numbers_are_exact_to_the_ends_of_their_ranges()
    {
        Config config = Config.Read("""
            {"process": {"oomScoreAdj": -2147483648, "user": {"uid": 4294967295}, "rlimits": [{"hard": 18446744073709551615}]},
             "linux": {"resources": {"memory": {"limit": -9223372036854775808, "swap": 9223372036854775807, "kernel": -0}, "blockIO": {"weight": 65535}}}}
            """u8);
        Assert.Equal(int.MinValue, config.Process!.OomScoreAdj);
        Assert.Equal(uint.MaxValue, config.Process.User.Uid);
        Assert.Equal(ulong.MaxValue, config.Process.Rlimits[0].Hard);
        Assert.Equal(long.MinValue, config.Linux!.Resources!.Memory!.Limit);
        Assert.Equal(long.MaxValue, config.Linux.Resources.Memory.Swap);
        Assert.Equal(0, config.Linux.Resources.Memory.Kernel);
        Assert.Equal(ushort.MaxValue, config.Linux.Resources.BlockIO!.Weight);
    }

    [Fact]
    public void A_hook_without_env_differs_from_one_with_an_empty_env()
    {
        Runcs.OciSpec.Hooks hooks = Config.Read("""{"hooks": {"poststop": [{"path": "/a"}, {"path": "/a", "env": []}]}}"""u8).Hooks!;
        Assert.Null(hooks.Poststop[0].Env);
        Assert.Empty(hooks.Poststop[1].Env!);
    }

    [Fact]
    public void Sixty_four_levels_are_read_and_one_more_is_not()
    {
        Config.Read(Nested(DocumentReader.MaxDepth));
        string place = "x" + string.Concat(Enumerable.Repeat("[0]", DocumentReader.MaxDepth - 1));
        Assert.Equal(place + ": objects and arrays nest deeper than 64 levels", Assert.Throws<OciDocumentException>(() => Config.Read(Nested(DocumentReader.MaxDepth + 1))).Message);
    }

    private static byte[] Nested(int levels) => Encoding.UTF8.GetBytes("{\"x\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}");
}
