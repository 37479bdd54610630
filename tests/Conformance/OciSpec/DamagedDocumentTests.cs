// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Conformance.OciSpec;

/// <summary>Truncated documents, and documents with random changes from a fixed seed.</summary>
public class DamagedDocumentTests
{
    private const int Rounds = 5_000;

    private static readonly byte[] Sound = JsonSerializer.SerializeToUtf8Bytes(FilledDocument.Create<Config>(), FilledDocument.Oracle);

    [Fact]
    public void A_config_cut_short_anywhere_is_refused_as_a_document()
    {
        for (int length = 0; length < Sound.Length; length++)
            Assert.Throws<OciDocumentException>(() => Config.Read(Sound.AsSpan(0, length)));
    }

    [Fact]
    public void A_config_with_changed_bytes_is_read_or_refused_as_a_document()
    {
        var random = new Random(1);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Damaged(Sound, random);
            try
            {
                Config.Read(damaged);
            }
            catch (OciDocumentException fault)
            {
                refused++;
                Assert.NotEmpty(fault.Problem);
            }
        }
        Assert.InRange(refused, Rounds / 4, Rounds - 1);
    }

    [Fact]
    public void Valid_and_invalid_json_are_those_of_utf8_json_reader()
    {
        byte[] small = """{"a": [1, -2.5e+3, "\u00e9\\ \"x\"", null, true, false, {}, []], "b": {"c": 0, "d": "\ud83d\ude00"}}"""u8.ToArray();
        var random = new Random(2);
        int sound = 0;
        for (int round = 0; round < 10 * Rounds; round++)
        {
            byte[] damaged = Damaged(small, random);
            bool expected = OracleAccepts(damaged);
            sound += expected ? 1 : 0;
            Assert.True(expected == ReaderAccepts(damaged), Encoding.Latin1.GetString(damaged));
        }
        Assert.InRange(sound, Rounds / 10, 9 * Rounds);
    }

    private static byte[] Damaged(byte[] document, Random random)
    {
        // Bytes with a meaning in JSON are more likely to reach rare paths of the reader.
        ReadOnlySpan<byte> telling = "{}[]\",:\\u0123456789-+.eEtfn \n\0\x7f"u8;
        byte[] damaged = document.ToArray();
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(damaged.Length);
            damaged[at] = random.Next(2) == 0 ? (byte)random.Next(256) : telling[random.Next(telling.Length)];
        }
        return damaged;
    }

    private static bool OracleAccepts(byte[] document)
    {
        var reader = new Utf8JsonReader(document);
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool ReaderAccepts(byte[] document)
    {
        try
        {
            var reader = new DocumentReader(document);
            reader.Skip();
            reader.End();
            return true;
        }
        catch (OciDocumentException)
        {
            return false;
        }
    }
}
