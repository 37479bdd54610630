// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

public class WritingTests
{
    // The output of Go's json.Marshal for the same strings (encoding/json, appendString with escapeHTML; \b and \f since
    // 1.22).
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("\b\f\n\r\t", "\\b\\f\\n\\r\\t")]
    [InlineData("\0\u0001\u001f\u007f", "\\u0000\\u0001\\u001f\u007f")]
    [InlineData("<a href='x'>&amp;</a>", "\\u003ca href='x'\\u003e\\u0026amp;\\u003c/a\\u003e")]
    [InlineData("\u00e9\u20ac\U0001F600", "\u00e9\u20ac\U0001F600")]
    [InlineData("\u2027\u2028\u2029\u202a", "\u2027\\u2028\\u2029\u202a")]
    public void Strings_are_escaped_as_go_escapes_them(string value, string expected)
    {
        JsonText json = JsonText.Compact();
        json.String(value);
        Assert.Equal('"' + expected + '"', Encoding.UTF8.GetString(json.Written));
        Assert.Equal(value, JsonSerializer.Deserialize<string>(json.Written));
    }

    [Theory]
    [InlineData("\ud800")]
    [InlineData("\udc00\ud800x")]
    public void Half_a_surrogate_pair_becomes_the_replacement_character(string value)
    {
        JsonText json = JsonText.Compact();
        json.String(value);
        Assert.Equal(value.Replace('\ud800', '\ufffd').Replace('\udc00', '\ufffd'), JsonSerializer.Deserialize<string>(json.Written));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Numbers_are_written_to_the_ends_of_their_ranges(long value)
    {
        JsonText json = JsonText.Compact();
        json.BeginArray();
        json.Number(value);
        json.Number(unchecked((ulong)value));
        json.EndArray();
        Assert.Equal(FormattableString.Invariant($"[{value},{unchecked((ulong)value)}]"), Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void Keys_of_maps_stand_in_the_order_of_their_utf8_bytes()
    {
        string[] keys = ["b", "a", "B", "aa", "", "\u00e9", "\U0001F600", "\uffee", "\ue000", "a\U0001F600"];
        var state = new State { Annotations = keys.ToDictionary(key => key, _ => "") };
        using JsonDocument written = JsonDocument.Parse(state.WriteCompact());
        Assert.Equal(
            keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal),
            written.RootElement.GetProperty("annotations").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void A_hook_gets_the_state_on_one_line_in_the_order_of_the_go_type()
    {
        var state = new State { OciVersion = "1.3.0", Id = "a", Status = ContainerStatus.Creating, Bundle = "/b<c>" };
        Assert.Equal("""{"ociVersion":"1.3.0","id":"a","status":"creating","bundle":"/b\u003cc\u003e"}""", Encoding.UTF8.GetString(state.WriteCompact()));
        state.Pid = 7;
        state.Annotations["k"] = "v";
        Assert.Equal("""{"ociVersion":"1.3.0","id":"a","status":"creating","pid":7,"bundle":"/b\u003cc\u003e","annotations":{"k":"v"}}""", Encoding.UTF8.GetString(state.WriteCompact()));
    }

    [Fact]
    public void A_container_is_printed_as_by_runc_state()
    {
        var state = new ContainerState { OciVersion = "1.3.0", Id = "a", Status = ContainerStatus.Stopped, Bundle = "/b", Rootfs = "/b/rootfs", Created = "2026-01-02T03:04:05.678Z" };
        Assert.Equal("""
            {
              "ociVersion": "1.3.0",
              "id": "a",
              "pid": 0,
              "status": "stopped",
              "bundle": "/b",
              "rootfs": "/b/rootfs",
              "created": "2026-01-02T03:04:05.678Z",
              "owner": ""
            }
            """, Encoding.UTF8.GetString(state.WriteIndented()));
    }

    [Fact]
    public void A_list_of_containers_is_one_line_and_null_without_any()
    {
        var state = new ContainerState { Id = "a", Pid = 1, Owner = "#7", Annotations = { ["k"] = "v" } };
        string one = """{"ociVersion":"","id":"a","pid":1,"status":"","bundle":"","rootfs":"","created":"","annotations":{"k":"v"},"owner":"#7"}""";
        Assert.Equal($"[{one},{one}]\n", Encoding.UTF8.GetString(ContainerState.WriteList([state, state])));
        Assert.Equal("null\n", Encoding.UTF8.GetString(ContainerState.WriteList([])));
    }

    [Fact]
    public void An_empty_config_is_written_empty()
    {
        JsonText json = JsonText.Indented(2);
        new Config { Linux = new Linux() }.Write(json);
        Assert.Equal("{\n  \"ociVersion\": \"\",\n  \"linux\": {}\n}", Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void An_empty_list_stays_apart_from_none_where_the_difference_counts()
    {
        JsonText json = JsonText.Compact();
        new Runcs.OciSpec.Hooks { Poststop = [new Hook { Path = "/a" }, new Hook { Path = "/a", Env = [] }] }.Write(json);
        Assert.Equal("""{"poststop":[{"path":"/a"},{"path":"/a","env":[]}]}""", Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void A_config_survives_being_written_and_read()
    {
        Config filled = FilledDocument.Create<Config>();
        JsonText first = JsonText.Tabbed();
        filled.Write(first);
        JsonText second = JsonText.Tabbed();
        Config.Read(first.Written).Write(second);
        Assert.Equal(Encoding.UTF8.GetString(first.Written), Encoding.UTF8.GetString(second.Written));
    }
}
